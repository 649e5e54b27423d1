// Headless Chromium, told what to do: each line of standard input is one command as JSON, {"do": "click", "on": "#button"},
// and is answered by one line, {"ok": …} or {"error": "…", "seen": …}. It ends with its standard input.
//
// Environment: CHROMIUM, the program; PATIENCE_MS, how long a page may take for one step.

import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';

const patience = Number(process.env.PATIENCE_MS ?? 30_000);
// A sandbox needs rights that a root user of a container has not; the pages are our own.
// Names that exist nowhere lead to this machine, so that a page can be opened as what it is on a bucket's website: plain http from
// elsewhere, where browsers keep some of their functions back.
const names = '--host-resolver-rules=MAP *.example 127.0.0.1';
const args = [names, '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-component-update', '--disable-sync'];
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args });
let page;
let problems = [];
let trusted = new Set();

/** A person without a past: no storage, no cookies. */
async function someone() {
  await page?.context().close();
  const context = await browser.newContext({ viewport: { width: 900, height: 700 }, locale: 'en-GB', timezoneId: 'UTC' });
  context.setDefaultTimeout(patience);
  page = await context.newPage();
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`${message.text()} (${message.location().url})`);
  });
  page.on('request', (request) => {
    const { origin, searchParams } = new URL(request.url());
    if ('authorization' in request.headers() || searchParams.has('access_token')) trusted.add(origin);
  });
  page.on('requestfailed', (request) => {
    const why = request.failure()?.errorText;
    // A page that is left ends what it still loads.
    if (why !== 'net::ERR_ABORTED') problems.push(`${request.method()} ${request.url()}: ${why}`);
  });
}

const field = (label) => page.getByLabel(label, { exact: true });

const commands = {
  someone,
  open: async ({ url }) => (await page.goto(url))?.status() ?? 0,
  reload: async () => (await page.reload())?.status() ?? 0,
  click: ({ on }) => page.locator(on).click(),
  press: ({ name }) => page.getByRole('button', { name, exact: true }).click(),
  follow: ({ name }) => page.getByRole('link', { name, exact: true }).click(),
  fill: ({ label, text }) => field(label).fill(text),
  choose: ({ label, text }) => field(label).selectOption(text),
  value: ({ label }) => field(label).inputValue(),
  // Waits until the text is there.
  see: async ({ on, text }) => {
    await page.locator(on).filter({ hasText: text, visible: true }).first().waitFor();
  },
  hidden: async ({ on }) => {
    await page.locator(on).first().waitFor({ state: 'hidden' });
  },
  texts: ({ on }) => page.locator(on).allInnerTexts(),
  address: () => page.url(),
  arrive: async ({ at }) => {
    await page.waitForURL((url) => url.href.includes(at));
  },
  // Sends requests that begin with one URL to another.
  instead: async ({ from, to }) => {
    await page.context().route((url) => url.href.startsWith(from), (route) =>
      route.continue({ url: to + route.request().url().slice(from.length) }));
  },
  run: ({ script }) => page.evaluate(script),
  picture: async ({ file }) => {
    await page.screenshot({ path: file });
  },
  problems: () => problems.splice(0),
  trusted: () => [...trusted],
};

async function seen() {
  const text = await page.evaluate('document.body?.innerText ?? ""').catch(String);
  return { url: page.url(), text: text.slice(0, 2000), problems };
}

await someone();
console.log(JSON.stringify({ ok: browser.version() }));
for await (const line of createInterface({ input: process.stdin })) {
  const { do: name, ...given } = JSON.parse(line);
  let answer;
  try {
    answer = { ok: (await commands[name](given)) ?? null };
  } catch (error) {
    answer = { error: error.message, seen: await seen() };
  }
  console.log(JSON.stringify(answer));
}
await browser.close();
