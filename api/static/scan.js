// Reports that a person looks at a passport: once for each view of the page, and not before the page is on the screen,
// so that prefetching, prerendering and link previews do not count.
(() => {
  "use strict";

  const mutation = "mutation ($input: ScanRecordInput!) { scanRecord(input: $input) { scan { id } } }";
  let reported = false;

  function report() {
    if (reported || document.prerendering || document.visibilityState !== "visible") return;
    reported = true;
    const variables = { input: { passportId: document.body.dataset.passport } };
    fetch("/graphql", {
      method: "POST",
      headers: { Accept: "application/graphql-response+json", "Content-Type": "application/json" },
      body: JSON.stringify({ query: mutation, variables }),
      credentials: "omit",
      keepalive: true,
    }).catch(() => {
      // The page says all that it has to say without the report.
    });
  }

  document.addEventListener("prerenderingchange", report);
  document.addEventListener("visibilitychange", report);
  report();
})();
