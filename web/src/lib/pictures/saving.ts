/** Pictures as files: what is on the screen, with its colours written into it, so that it stands by itself. */
const PAINTED = [
  "fill",
  "fill-opacity",
  "stroke",
  "stroke-width",
  "stroke-opacity",
  "stroke-dasharray",
  "stroke-linejoin",
  "opacity",
  "font-size",
  "font-weight",
  "text-anchor",
  "dominant-baseline",
] as const;

const FONT = "Inter, system-ui, sans-serif";
const MARGIN = 16;
const HEAD = 46;
const SHARP = 2;
const SPACE = "http://www.w3.org/2000/svg";

export interface Sheet {
  readonly title: string;
  readonly note: string;
  readonly ground: string;
  readonly text: string;
  readonly faint: string;
}

/** A name that every file system takes: `Hits per session` is `hits-per-session`. */
export function fileName(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "");
}

/** The text of a picture that needs no page round it. */
export function standalone(svg: SVGSVGElement, sheet: Sheet): string {
  const width = Number(svg.getAttribute("width"));
  const height = Number(svg.getAttribute("height"));
  const copy = svg.cloneNode(true) as SVGSVGElement;
  copyPaint(svg, copy);
  for (const each of copy.querySelectorAll("[data-passing]")) each.remove();
  const whole = document.createElementNS(SPACE, "svg");
  const [wide, high] = [width + 2 * MARGIN, height + HEAD + MARGIN];
  set(whole, {
    xmlns: SPACE,
    width: wide,
    height: high,
    viewBox: `0 0 ${wide} ${high}`,
    "font-family": FONT,
  });
  whole.append(
    made("rect", { width: wide, height: high, fill: sheet.ground }),
    made("text", { x: MARGIN, y: 22, fill: sheet.text, "font-size": 14, "font-weight": 600 }, sheet.title),
    made("text", { x: MARGIN, y: 38, fill: sheet.faint, "font-size": 11 }, sheet.note),
  );
  set(copy, { x: MARGIN, y: HEAD });
  whole.append(copy);
  return new XMLSerializer().serializeToString(whole);
}

export async function asPng(text: string): Promise<Blob> {
  const image = new Image();
  image.src = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
  try {
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [image.naturalWidth * SHARP, image.naturalHeight * SHARP];
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((done, failed) =>
      canvas.toBlob(
        (blob) => (blob ? done(blob) : failed(new Error("The picture is too large."))),
        "image/png",
      ),
    );
  } finally {
    URL.revokeObjectURL(image.src);
  }
}

export function download(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

/** What style sheets say of each part, as attributes of its copy. */
function copyPaint(from: Element, to: Element): void {
  const seen = getComputedStyle(from);
  for (const name of PAINTED) {
    const value = seen.getPropertyValue(name);
    if (value) to.setAttribute(name, value);
  }
  to.removeAttribute("class");
  for (const [at, child] of [...from.children].entries()) {
    const twin = to.children[at];
    if (twin) copyPaint(child, twin);
  }
}

function made(tag: string, attributes: Record<string, string | number>, text = ""): SVGElement {
  const element = document.createElementNS(SPACE, tag);
  set(element, attributes);
  element.textContent = text;
  return element;
}

function set(element: Element, attributes: Record<string, string | number>): void {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
}
