/** What lets the grid and the editor add their styles under the page's strict policy. */
export const nonce = document.querySelector<HTMLMetaElement>("meta[name=csp-nonce]")?.content ?? "";
