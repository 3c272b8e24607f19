/* Opens reports as people do: looks at every view, sorts, filters, downloads, goes by keyboard, in
 * light, dark, narrow, and on paper. Whatever the page complains about fails the test, and so does
 * any request for something else than the page itself. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const [browser, folder] = process.argv.slice(2);
const profile = mkdtempSync(join(tmpdir(), "plutbench-chromium-"));
const context = await chromium.launchPersistentContext(profile, {
  executablePath: browser,
  headless: true,
  acceptDownloads: true,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  viewport: { width: 1280, height: 900 },
});

async function open(name) {
  const address = "file://" + join(folder, name);
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("requestfailed", (request) => complaints.push("failed: " + request.url()));
  page.on("request", (request) => {
    if (!/^(file|blob|data):/.test(request.url())) complaints.push("asked for " + request.url());
  });
  await page.goto(address);
  await page.waitForSelector("main section");
  return { page, done: async () => { assert.deepEqual(complaints, [], name); await page.close(); } };
}

const number = (text) => Number(text.replace(/[\u202f,]/g, "").replace("−", "-").split(" ")[0]);

async function sectionsOf(page) {
  const links = await page.locator("nav a").all();
  assert.ok(links.length > 0, "no sections");
  for (const link of links) {
    await link.click();
    const id = (await link.getAttribute("href")).slice(1);
    const section = page.locator(`section[id="${id}"]`);
    assert.ok(await section.isVisible(), id);
    assert.ok((await section.locator(".item").count()) > 0, `${id} is empty`);
  }
}

async function plotsOf(page) {
  for (const plot of await page.locator(".plot").all()) {
    await plot.scrollIntoViewIfNeeded();
    const drawn = plot.locator("canvas, svg").first();
    await drawn.waitFor({ state: "visible" });
    const box = await drawn.boundingBox();
    assert.ok(box.width > 100 && box.height > 30, "a plot is not drawn");
  }
}

async function tablesOf(page) {
  for (const table of await page.locator(".tabular").all()) {
    const rows = await table.locator("tbody tr").count();
    const head = table.locator("thead th").first();
    const button = head.locator("button.sort");
    await button.click();
    assert.equal(await head.getAttribute("aria-sort"), "ascending");
    const up = await table.locator("tbody tr td:first-child").allInnerTexts();
    await button.click();
    assert.equal(await head.getAttribute("aria-sort"), "descending");
    const down = await table.locator("tbody tr td:first-child").allInnerTexts();
    assert.deepEqual([...up].sort(), [...down].sort());
    if (new Set(up).size > 1 && up.every((text) => text !== "")) assert.notDeepEqual(up, down);
    assert.equal(await table.locator("tbody tr").count(), rows);
  }
}

async function downloadsOf(page, most) {
  const buttons = (await page.locator("button.save").all()).slice(0, most);
  assert.ok(buttons.length > 0, "nothing to download");
  for (const button of buttons) {
    await page.waitForTimeout(300); /* Chromium refuses many at once */
    const [download] = await Promise.all([page.waitForEvent("download"), button.click()]);
    assert.match(download.suggestedFilename(), /\.csv$/);
    const lines = readFileSync(await download.path(), "utf8").split("\n");
    assert.ok(lines.length >= 2 && lines[0] !== "", "an empty download");
  }
}

/* Numbers in a column are sorted as numbers. */
async function sortsNumbers(page) {
  const table = page.locator(".tabular", { has: page.locator("h3", { hasText: "Subjects" }) });
  const heads = await table.locator("thead th").allInnerTexts();
  const index = heads.findIndex((text) => text.startsWith("Samples"));
  assert.ok(index > 0);
  await table.locator("thead th").nth(index).locator("button.sort").click();
  const values = (await table.locator(`tbody td:nth-child(${index + 1})`).allInnerTexts()).map(number);
  assert.deepEqual(values, [...values].sort((a, b) => a - b));
}

async function filters(page) {
  const table = page.locator(".tabular", { has: page.locator("input[type=search]") }).first();
  const all = await table.locator("tbody tr").count();
  const word = (await table.locator("tbody td").first().innerText()).slice(0, 12);
  await table.locator("input[type=search]").fill(word);
  const some = await table.locator("tbody tr").count();
  assert.ok(some >= 1 && some <= all);
  await table.locator("input[type=search]").fill("no such thing at all");
  assert.equal(await table.locator("tbody tr").count(), 0);
  await table.locator("input[type=search]").fill("");
}

async function byKeyboard(page) {
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.className), "skip");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "main");

  const why = page.locator("button.why").first();
  await why.focus();
  await page.keyboard.press("Enter");
  assert.ok(await page.locator("dialog").isVisible());
  assert.ok((await page.locator("dialog dd").first().innerText()).length > 5);
  await page.keyboard.press("Escape");
  assert.ok(!(await page.locator("dialog").isVisible()));
  assert.equal(await page.evaluate(() => document.activeElement.className), "why");

  const sort = page.locator("button.sort").first();
  await sort.focus();
  await page.keyboard.press("Enter");
  assert.equal(await page.locator("thead th").first().getAttribute("aria-sort"), "ascending");

  const plot = page.locator(".plot:has(canvas)").first();
  await plot.focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await page.waitForFunction(() => /\d/.test(document.querySelector(".plot:has(canvas) .u-value")?.textContent ?? ""));
  const entry = plot.locator(".u-series th").nth(1);
  await entry.focus();
  await page.keyboard.press("Enter");
  assert.equal(await plot.locator(".u-series.u-off").count(), 1);
}

/* WCAG 2.1's contrast ratio of the text to its ground. */
const contrast = () => {
  const style = getComputedStyle(document.body);
  const light = (colour) => {
    const [r, g, b] = colour.match(/\d+/g).map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [a, b] = [light(style.color), light(style.backgroundColor)].sort((x, y) => y - x);
  return { ratio: (a + 0.05) / (b + 0.05), ground: style.backgroundColor };
};

async function lightAndDark(page) {
  const grounds = new Set();
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    const seen = await page.evaluate(contrast);
    assert.ok(seen.ratio > 7, `${colorScheme}: contrast ${seen.ratio}`);
    grounds.add(seen.ground);
    await plotsOf(page);
  }
  assert.equal(grounds.size, 2);
  await page.emulateMedia({ colorScheme: "light" });
}

async function narrow(page) {
  await page.setViewportSize({ width: 360, height: 740 });
  await page.waitForTimeout(200);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(wide <= 360, `the page is ${wide} wide on a phone`);
  await plotsOf(page);
  await page.setViewportSize({ width: 1280, height: 900 });
}

async function onPaper(page) {
  await page.setViewportSize({ width: 720, height: 1000 });
  await page.emulateMedia({ media: "print" });
  const cut = await page.locator(".scroll").evaluateAll((all) => all.filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.getAttribute("aria-label")));
  assert.deepEqual(cut, [], "tables that the paper is too narrow for");
  await page.emulateMedia({ media: "screen" });
  await page.setViewportSize({ width: 1280, height: 900 });
  const pdf = await page.pdf({ format: "A4" });
  assert.equal(pdf.subarray(0, 5).toString(), "%PDF-");
  assert.ok(pdf.length > 20000, "an empty print");
}

for (const name of ["call", "points", "block", "sweep"]) {
  const { page, done } = await open(name + ".html");
  await sectionsOf(page);
  await plotsOf(page);
  await tablesOf(page);
  await downloadsOf(page, name === "call" ? Infinity : 4);
  await lightAndDark(page);
  await narrow(page);
  await onPaper(page);
  await done();
}

{
  const { page, done } = await open("call.html");
  const wanted = ["stages", "loops", "rate", "differences", "latency", "figures", "environment", "sampling", "provenance"];
  const ids = await page.locator("main section").evaluateAll((all) => all.map((one) => one.id));
  for (const id of wanted) assert.ok(ids.includes(id), `no section ${id}`);
  assert.match(await page.locator(".headline .value").innerText(), /\d/);
  assert.match(await page.locator(".headline .interval").innerText(), /95 % interval: .* to /);
  const first = await page.locator("main > *").first().getAttribute("class");
  if (await page.locator(".warnings").count()) assert.equal(first, "warnings", "warnings come first");
  await byKeyboard(page); /* first: what was clicked is where Tab goes on from */
  await sortsNumbers(page);
  await filters(page);
  await done();
}

{
  const { page, done } = await open("two.html");
  const tabs = page.locator("[role=tab]");
  assert.equal(await tabs.count(), 3);
  assert.ok(await page.locator("#comparison").isVisible());
  for (let i = 1; i < 3; i++) {
    await tabs.nth(i).click();
    await sectionsOf(page);
    await plotsOf(page);
  }
  await page.locator("[role=tab][aria-selected=true]").focus();
  await page.keyboard.press("ArrowRight");
  assert.equal(await tabs.first().getAttribute("aria-selected"), "true");
  await narrow(page);
  await done();
}

{
  const { page, done } = await open("mixed.html");
  assert.match(await page.locator("#notes").innerText(), /not compared/);
  await done();
}

{
  const { page, done } = await open("hostile.html");
  await sectionsOf(page);
  await plotsOf(page);
  assert.equal(await page.evaluate(() => window.hit), undefined, "a run's text was run");
  assert.equal(await page.locator("img, iframe, object, main script, [onload], [onerror], [onclick]").count(), 0);
  assert.ok((await page.locator(".conclusion").innerText()).includes("</script><img src=x"));
  assert.ok((await page.locator("main").innerText()).includes("<script>window.hit=3</script>"));
  assert.match(await page.locator(".warnings").innerText(), /incomplete/);
  await done();
}

{
  const { page, done } = await open("site/index.html");
  assert.equal(await page.locator("tbody tr").count(), 5);
  await tablesOf(page);
  await page.locator("tbody a").first().click();
  await page.waitForSelector(".headline, #provenance");
  assert.match(page.url(), /\/site\/runs\/[0-9a-f]{64}\.html$/);
  await done();
}

await context.close();
rmSync(profile, { recursive: true, force: true });
console.log("reports: every view of 8 pages, as wanted");
