// Orders a report and watches it. The page knows a ticket for its one operation, and no key.

const STORED = "live-report"; // in sessionStorage: survives a reload, ends with the tab
const RETRY_MS = 2000;
const at = (id) => document.getElementById(id);
let events; // the open stream

// ---- order

at("order").addEventListener("submit", async (event) => {
  event.preventDefault();
  const file = at("file").files[0];
  const csv = file ? await file.text() : madeUpYear();
  begin();
  const job = await order(csv, crypto.randomUUID());
  if (!job) return;
  sessionStorage.setItem(STORED, JSON.stringify(job));
  watch(job);
});

// The same key with every repetition: however often this is sent, it is one report.
async function order(csv, key) {
  for (;;) {
    const answer = await fetch("reports", {
      method: "POST",
      headers: { "Content-Type": "text/csv", "Idempotency-Key": key },
      body: csv,
    }).catch(() => undefined);
    if (answer?.status === 202) return answer.json();
    if (answer && answer.status < 500 && answer.status !== 429) {
      at("status").value = (await problem(answer)) || `Refused (${answer.status}).`;
      return undefined;
    }
    at("status").value = "The server is away; trying again …";
    await new Promise((wake) => setTimeout(wake, RETRY_MS));
  }
}

// ---- watch

async function watch(job) {
  begin();
  const operation = await look(job); // where it stands, progress too: that is not told again by events
  if (!operation) return;
  show(operation);
  follow(job, 0); // from the beginning, so that a reloaded page has all months
}

// What a browser repeats by itself it does with Last-Event-ID; what it gives up on begins again here.
function follow(job, after) {
  events?.close();
  let last = after;
  events = new EventSource(ticketed(job, job.links.events, { after }));
  const on = (name, tell) =>
    events.addEventListener(name, (event) => {
      if (event.lastEventId) last = event.lastEventId;
      tell(JSON.parse(event.data).data);
    });
  on("snapshot", show);
  on("status", show);
  on("progress", showProgress);
  on("output", ({ body }) => showMonth(body));
  on("end", (operation) => end(job, operation));
  events.onerror = async () => {
    if (events.readyState !== EventSource.CLOSED) {
      at("status").value = "The server is away; trying again …";
      return;
    }
    const operation = await look(job);
    if (operation?.done) end(job, operation);
    else if (operation) setTimeout(() => follow(job, last), RETRY_MS);
  };
}

// The operation as it is now; waits until the server is there. Undefined if there is nothing to see any more.
async function look(job) {
  for (;;) {
    const answer = await fetch(ticketed(job, job.links.self)).catch(() => undefined);
    if (answer?.ok) return answer.json();
    if (answer && [401, 403, 404, 410].includes(answer.status)) {
      sessionStorage.removeItem(STORED);
      at("status").value = (await problem(answer)) || "This report can no longer be seen.";
      return undefined;
    }
    at("status").value = "The server is away; trying again …";
    await new Promise((wake) => setTimeout(wake, RETRY_MS));
  }
}

async function end(job, operation) {
  events?.close();
  show(operation);
  if (operation.status !== "succeeded") return;
  const answer = await fetch(ticketed(job, job.links.result)).catch(() => undefined);
  if (!answer?.ok) return;
  const report = await answer.json();
  report.months.forEach(showMonth);
  at("revenue").textContent = money(report.revenue);
  at("download").href = ticketed(job, job.links.result);
  at("result").hidden = false;
}

function ticketed(job, url, more = {}) {
  const address = new URL(url);
  for (const [name, value] of Object.entries({ ...more, ticket: job.ticket })) address.searchParams.set(name, value);
  return address.href;
}

at("cancel").addEventListener("click", () => {
  const job = JSON.parse(sessionStorage.getItem(STORED));
  if (job) fetch(ticketed(job, job.links.cancel), { method: "POST" }).catch(() => {});
});

// ---- show

function begin() {
  events?.close();
  at("work").hidden = false;
  at("result").hidden = true;
  at("months").replaceChildren();
  at("bar").removeAttribute("value");
  at("cancel").hidden = true;
  at("status").value = "Ordered …";
}

function show(operation) {
  at("status").value = operation.error ? `${operation.status}: ${operation.error.detail}` : operation.status;
  at("cancel").hidden = operation.done;
  if (operation.status === "succeeded") at("bar").value = 100;
  else if (operation.status === "running") showProgress(operation.progress);
}

function showProgress(progress) {
  if (progress?.percent == null) return;
  at("bar").value = progress.percent;
  at("status").value = progress.message ? `running: ${progress.message}` : "running";
}

// One row a month: an attempt that begins anew tells months again.
function showMonth({ month, orders, revenue, mean_from, mean_to }) {
  const cells = [month, orders, money(revenue), `${money(mean_from)} to ${money(mean_to)}`];
  const row = document.createElement("tr");
  row.dataset.month = month;
  row.append(...cells.map((text) => Object.assign(document.createElement("td"), { textContent: text })));
  const old = at("months").querySelector(`[data-month="${CSS.escape(month)}"]`);
  if (old) old.replaceWith(row);
  else at("months").append(row);
}

const money = (amount) => amount.toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

async function problem(answer) {
  return (await answer.json().catch(() => undefined))?.detail;
}

// Twelve months of 400 orders, the same ones every time.
function madeUpYear() {
  let seed = 1;
  const dice = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
  const lines = ["date,amount"];
  for (let month = 1; month <= 12; month++) {
    for (let order = 0; order < 400; order++) {
      const day = String(1 + Math.floor(dice() * 28)).padStart(2, "0");
      lines.push(`2026-${String(month).padStart(2, "0")}-${day},${(5 + dice() * dice() * 200).toFixed(2)}`);
    }
  }
  return lines.join("\n") + "\n";
}

const stored = sessionStorage.getItem(STORED);
if (stored) watch(JSON.parse(stored));
