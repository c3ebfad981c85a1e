import { defineConfig } from "vite";

/** One entry per page: the server serves dist/<page>/index.html, and everything in dist/assets for all of them. */
export default defineConfig({
  // The editor's libraries draw hundreds of warnings that nobody here can act on.
  logLevel: "error",
  build: {
    rolldownOptions: { input: { explorer: "explorer/index.html", dashboard: "dashboard/index.html" } },
    // Every asset is a file of its own: the pages' policy allows scripts from here and from nowhere else.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  worker: { format: "es" },
});
