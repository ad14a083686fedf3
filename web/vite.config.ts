import { svelte } from "@sveltejs/vite-plugin-svelte";
import { svelteTesting } from "@testing-library/svelte/vite";
import { compression } from "vite-plugin-compression2";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** Where `npm run dev` finds a server: `scanwright serve --port 8000`. */
const SERVER = "http://127.0.0.1:8000";

/** While a pane is dragged, paneforge writes a style for the pointer: it gets the page's nonce, as the policy asks. */
const MAKES = 'element = doc.createElement("style");';
const panes: Plugin = {
  name: "nonce-of-panes",
  transform(code, id) {
    if (!id.includes("paneforge/dist/internal/utils/style.js")) return null;
    if (!code.includes(MAKES))
      this.error("paneforge makes its style in another way now: look at web/vite.config.ts");
    const nonce = 'element.nonce = doc.querySelector("meta[name=csp-nonce]")?.content ?? "";';
    return { code: code.replace(MAKES, `${MAKES} ${nonce}`), map: null };
  },
};

export default defineConfig({
  resolve: {
    alias: {
      $lib: new URL("./src/lib", import.meta.url).pathname,
      $screens: new URL("./src/screens", import.meta.url).pathname,
    },
  },
  plugins: [
    svelte(),
    svelteTesting(),
    panes,
    compression({
      algorithms: ["gzip", "brotliCompress"],
      include: /\.(js|css|html|svg|json)$/,
      threshold: 1024,
    }),
  ],
  build: {
    outDir: "../src/scanwright/app/page",
    emptyOutDir: true,
    target: "es2024",
    // Nothing is inlined as a data address: the policy of the page lets scripts, styles and fonts come from the server alone.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 900,
  },
  html: { cspNonce: "__NONCE__" },
  server: { proxy: { "/v1": { target: SERVER, ws: true } } },
  test: { environment: "jsdom", include: ["src/**/*.test.ts"], setupFiles: ["src/testing.ts"] },
});
