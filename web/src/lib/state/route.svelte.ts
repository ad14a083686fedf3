/** The address is the state that can be shared: a path, and a query that screens read and write. */
class Route {
  #url = $state(new URL(location.href));

  constructor() {
    addEventListener("popstate", () => (this.#url = new URL(location.href)));
  }

  get path(): string {
    return this.#url.pathname;
  }

  /** The parts of the path: `/runs/7f3a` is `["runs", "7f3a"]`. */
  get parts(): string[] {
    return this.#url.pathname.split("/").filter(Boolean).map(decodeURIComponent);
  }

  get query(): URLSearchParams {
    return this.#url.searchParams;
  }

  /** Go to an address of the page; `replace` leaves no step to come back to. */
  go(to: string, { replace = false } = {}): void {
    const url = new URL(to, this.#url);
    if (url.href === this.#url.href) return;
    history[replace ? "replaceState" : "pushState"](null, "", url);
    this.#url = url;
  }

  /** Set words of the query, and take away those that are null; what a person is looking at needs no step of its own. */
  set(words: Record<string, string | null>, { replace = true } = {}): void {
    const url = new URL(this.#url);
    for (const [name, value] of Object.entries(words)) {
      if (value == null || value === "") url.searchParams.delete(name);
      else url.searchParams.set(name, value);
    }
    this.go(url.href, { replace });
  }
}

export const route = new Route();

/** Makes links of the page change the address without loading it anew: `<nav onclick={stay}>`. */
export function stay(event: MouseEvent): void {
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  if (!link || !plain || event.defaultPrevented || link.target || link.hasAttribute("download")) return;
  if (link.origin !== location.origin || link.pathname.startsWith("/v1/")) return;
  event.preventDefault();
  route.go(link.href);
}
