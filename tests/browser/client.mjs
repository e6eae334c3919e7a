// Looks at clients' pages in Chromium: client.mjs PAGES.json FOLDER
//
// No page has a script; what a client does is done with JavaScript off. The judge of accessibility is
// a script of ours, so where it looks JavaScript is on.
//
// PAGES.json: [{"state", "language", "url"}]. Each page is opened on a phone or a desk, in light, in
// the dark or on paper, so that every pair of these, of states and of languages occurs;
// HB_BROWSER_ALL=1: every combination; HB_BROWSER_ONLY=paid: of that state alone. Screenshots and printed pages go to FOLDER. Ends with 1 when
// something is wrong, and says what.
import {readFileSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {join} from 'node:path';
import {chromium} from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const [, , list, folder] = process.argv;
const pages = JSON.parse(readFileSync(list, 'utf8'));
const whole = process.env.HB_BROWSER_ALL === '1';
const only = process.env.HB_BROWSER_ONLY; // a state
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const widths = [390, 1280];
const looks = ['light', 'dark', 'print'];
const narrow = 320; // WCAG 2.2, 1.4.10
const requestsMax = 3;

const wrong = [];
function check(good, where, what) {
  if (!good) wrong.push(`${where}: ${what}`);
}

// Every state meets every look and width, and so does every language.
function views() {
  const states = [...new Set(pages.map(page => page.state))];
  const languages = [...new Set(pages.map(page => page.language))];
  const all = [];
  for (const page of pages) {
    const turn = states.indexOf(page.state) + languages.indexOf(page.language);
    for (let i = 0; i < 6; ++i)
      if ((whole || i === turn % 6) && (!only || only === page.state)) all.push({...page, width: widths[i % 2], look: looks[i >> 1]});
  }
  return all;
}

async function open(browser, view, where, scripts = false) {
  const context = await browser.newContext({
    viewport: {width: view.width, height: 900},
    colorScheme: view.look === 'dark' ? 'dark' : 'light',
    javaScriptEnabled: scripts,
    hasTouch: view.width < 700,
    locale: view.language,
  });
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  const missing = view.state === 'unknown';
  const requests = [];
  page.on('console', line => {
    if (!missing) check(false, where, `the console says: ${line.text()}`);
  });
  page.on('pageerror', error => check(false, where, `an error: ${error.message}`));
  page.on('request', request => requests.push(request.url()));
  const answer = await page.goto(view.url);
  check(answer.status() === (missing ? 404 : 200), where, `answered ${answer.status()}`);
  check(requests.length <= requestsMax, where, `${requests.length} requests: ${requests.join(' ')}`);
  const origin = new URL(view.url).origin;
  for (const url of requests) check(new URL(url).origin === origin, where, `asks elsewhere: ${url}`);
  return {context, page};
}

async function fits(page, where) {
  const over = await page.evaluate(() => {
    const wide = document.documentElement.clientWidth;
    const last = [...document.querySelectorAll('body *')].filter(
      one => one.getBoundingClientRect().right > wide + 1 && !one.closest('.unseen, .skip, caption, thead'));
    return document.documentElement.scrollWidth > wide
      ? last.slice(0, 3).map(one => `${one.tagName}.${one.className}`).concat(`${document.documentElement.scrollWidth} px`)
      : [];
  });
  check(over.length === 0, where, `scrolls sideways: ${over.join(', ')}`);
}

async function accessible(page, where) {
  await page.evaluate(axe);
  const found = await page.evaluate(
    tags => window.axe.run(document, {preload: false, runOnly: {type: 'tag', values: tags}}), rules);
  for (const violation of found.violations)
    for (const node of violation.nodes.slice(0, 3))
      check(false, where, `${violation.id}: ${violation.help}: ${node.target.join(' ')} ${node.failureSummary}`);
}

// What the page says of its state.
async function said(page, view, where) {
  const text = await page.evaluate(() => ({
    language: document.documentElement.lang,
    next: document.querySelector('.next')?.textContent ?? document.querySelector('main.notice')?.textContent ?? '',
    state: document.querySelector('.state')?.textContent ?? '',
    scripts: document.scripts.length,
  }));
  check(text.language === view.language, where, `is in ${text.language}`);
  check(text.scripts === 0, where, 'has a script');
  return text;
}

async function look(browser, view) {
  const name = `${view.state}-${view.language}-${view.width}-${view.look}`;
  const {context, page} = await open(browser, view, name, true);
  try {
    return await judged(page, view, name);
  } finally {
    await context.close();
  }
}

async function judged(page, view, name) {
  const text = await said(page, view, name);
  if (view.look === 'print') {
    await page.emulateMedia({media: 'print', colorScheme: 'light'});
    await page.pdf({path: join(folder, `${name}.pdf`), preferCSSPageSize: true});
  } else {
    await accessible(page, name);
    await fits(page, name);
  }
  await page.screenshot({path: join(folder, `${name}.png`), fullPage: view.state !== 'many'});
  await page.emulateMedia({media: 'screen'});
  await page.setViewportSize({width: narrow, height: 800});
  await fits(page, `${name} at ${narrow} px`);
  return {state: view.state, language: view.language, text: text.state + text.next};
}

// Each state of one language says something of its own.
function judge(texts) {
  const own = ['sent', 'agreed', 'drifted', 'recalled', 'invoiced', 'partly_paid', 'paid', 'cancelled', 'zero'];
  const seen = new Map();
  for (const {state, language, text} of texts) {
    if (!own.includes(state)) continue;
    check(text.trim().length > 20, `${state}-${language}`, 'says nothing of its state');
    const other = seen.get(language + text);
    check(!other || other === state, `${state}-${language}`, `says what ${other} says`);
    seen.set(language + text, state);
  }
}

// Taps are counted from the link: opening it is the first one.
async function flows(browser) {
  const page = pages.find(one => one.state === 'sent' && one.language === 'en');
  const view = {...page, width: 390, look: 'light'};
  const {context, page: tab} = await open(browser, view, 'agree');
  let taps = 1;
  const tap = async locator => {
    const box = await locator.boundingBox();
    check(box && box.width >= 24 && box.height >= 24, 'tap', `a target of ${box?.width} x ${box?.height} px`);
    ++taps;
    await locator.tap();
  };
  const download = tab.waitForEvent('download');
  await tap(tab.locator('#files a').first());
  const file = await download;
  check(file.suggestedFilename().endsWith('.pdf'), 'pdf', `gives ${file.suggestedFilename()}`);
  check(taps === 2, 'pdf', `takes ${taps} taps`);
  taps = 1;
  await tap(tab.locator('.agree button'));
  await tab.waitForURL(/#thanks$/);
  check(taps === 2, 'agree', `takes ${taps} taps`);
  const thanks = await tab.locator('#thanks').isVisible();
  check(thanks, 'agree', 'does not say that it was recorded');
  check((await tab.locator('.next').textContent()).includes('Agreed on'), 'agree', 'does not say when');
  await tab.screenshot({path: join(folder, 'thanks-en-390-light.png')});
  await context.close();
}

// Small ones for the documentation.
async function pictures(browser) {
  for (const [name, language, width, height] of [['phone', 'en', 390, 760], ['desk', 'ru', 1000, 720]]) {
    const page = pages.find(one => one.state === 'invoiced' && one.language === language);
    const {context, page: tab} = await open(browser, {...page, width, look: 'light'}, name);
    await tab.screenshot({path: join(folder, `readme-${name}.png`), clip: {x: 0, y: 0, width, height}});
    await context.close();
  }
}

const browser = await chromium.launch({
  executablePath: process.env.HB_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', '--font-render-hinting=none'],
});
const left = views(), texts = [];
const count = left.length;
async function worker() {
  for (let view = left.shift(); view; view = left.shift()) {
    try {
      texts.push(await look(browser, view));
    } catch (trouble) {
      check(false, `${view.state}-${view.language}-${view.width}-${view.look}`, trouble.message);
    }
  }
}
await Promise.all([worker(), worker()]);
judge(texts);
await pictures(browser);
await flows(browser);
await browser.close();
writeFileSync(join(folder, 'wrong.txt'), wrong.join('\n') + '\n');
console.log(`${count} pages looked at, ${wrong.length} things wrong`);
for (const line of wrong.slice(0, 40)) console.log(`  ${line}`);
process.exit(wrong.length === 0 ? 0 : 1);
