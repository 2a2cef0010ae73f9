// Does with the page what a person does, in a real browser: orders, watches, reloads in the middle, and
// waits for the end while somebody else kills the server and starts it again.
// node live-report.mjs <the page's URL> <the browser's program>
// Prints one line of JSON after each step, and waits for a line before it goes on.
import { chromium } from "playwright-core";
import { createInterface } from "node:readline";

const [url, executablePath] = process.argv.slice(2);
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const browser = await chromium.launch({
  executablePath,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
const page = await browser.newPage();
const errors = [];
page.on("pageerror", (error) => errors.push(String(error)));
page.setDefaultTimeout(240_000);

async function tell(step) {
  const seen = await page.evaluate(() => ({
    status: document.getElementById("status").value,
    percent: document.getElementById("bar").value,
    months: [...document.querySelectorAll("#months tr")].map((row) => row.dataset.month),
    revenue: document.getElementById("revenue").textContent,
    stored: sessionStorage.getItem("live-report"),
  }));
  console.log(JSON.stringify({ step, ...seen, errors }));
  await lines.next();
}
const months = (count) =>
  page.waitForFunction((least) => document.querySelectorAll("#months tr").length >= least, count);
const progress = () => page.waitForFunction(() => document.getElementById("bar").value > 0);

try {
  await page.goto(url);
  await page.click("text=Make the report");
  await months(2);
  await progress();
  await tell("watched");

  await page.reload();
  await months(2);
  await progress();
  await tell("reloaded");

  await page.waitForFunction(() => document.getElementById("result").hidden === false);
  await tell("done");

  await page.reload();
  await page.waitForFunction(() => document.getElementById("result").hidden === false);
  await tell("reloaded when done");

  const download = page.waitForEvent("download");
  await page.click("#download");
  const saved = await (await download).path();
  const { readFile } = await import("node:fs/promises");
  console.log(JSON.stringify({ step: "downloaded", report: JSON.parse(await readFile(saved, "utf8")) }));
  await lines.next();

  await page.click("text=Make the report");
  await months(1);
  await page.click("#cancel");
  await page.waitForFunction(() => document.getElementById("status").value.startsWith("canceled"));
  await tell("canceled");
} finally {
  await browser.close();
}
process.exit(0);
