// What every look at a page does alike: a browser, a page whose console is listened to, axe, sideways scroll, clicks that are counted.
import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {chromium} from 'playwright-core';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

export const wrong = [];
export function check(good, where, what) {
  if (!good) wrong.push(`${where}: ${what}`);
}

export function launch() {
  return chromium.launch({executablePath: process.env.HB_CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-dev-shm-usage']});
}

/** A page in a look; whatever its console says is wrong but what `quiet` allows. */
export async function open(browser, mock, {language = 'en', width = 1280, dark = false, quiet = () => false, where = 'page'} = {}) {
  const context = await browser.newContext({viewport: {width, height: 900}, colorScheme: dark ? 'dark' : 'light', locale: language === 'ru' ? 'ru-RU' : 'en-GB', hasTouch: width < 700, timezoneId: 'Europe/Minsk'});
  context.setDefaultTimeout(20_000);
  await context.addInitScript(() => addEventListener('securitypolicyviolation', event => console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`)));
  const page = await context.newPage();
  await page.clock.install({time: new Date('2026-12-01T08:30:00Z')});
  await page.clock.resume();
  page.on('console', line => {
    if (['error', 'warning'].includes(line.type()) && !quiet(line.text())) check(false, where, `the console says: ${line.text()} ${line.location().url}`);
  });
  page.on('pageerror', error => check(false, where, `an error: ${error.stack}`));
  page.on('request', request => check(new URL(request.url()).origin === mock.url || request.url().startsWith('data:'), where, `asks elsewhere: ${request.url()}`));
  return {context, page};
}

export async function settled(page) {
  await page.waitForSelector('h1');
  await page.waitForFunction(() => !document.querySelector('.hb-bones'));
}

export async function fits(page, where) {
  const over = await page.evaluate(() => {
    const wide = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= wide) return [];
    return [...document.querySelectorAll('body *')].filter(one => one.getBoundingClientRect().right > wide + 1 && !one.closest('.hb-unseen, .hb-skip, .hb-scroll, .hb-kanban')).slice(0, 3).map(one => `${one.tagName}.${one.className}`).concat(`${document.documentElement.scrollWidth} px`);
  });
  check(over.length === 0, where, `scrolls sideways: ${over.join(', ')}`);
}

export async function accessible(page, where) {
  await page.evaluate(axe).catch(() => page.addScriptTag({content: axe}));
  const found = await page.evaluate(tags => window.axe.run(document, {runOnly: {type: 'tag', values: tags}, iframes: false}), rules);
  for (const violation of found.violations) for (const node of violation.nodes.slice(0, 3)) check(false, where, `${violation.id}: ${violation.help}: ${node.target.join(' ')} ${node.failureSummary.split('\n')[1] ?? ''}`);
}

/** Clicks as a person does: a visible target of at least 24 px each way. */
export function clicks(page, where) {
  let count = 0;
  return {
    get count() {
      return count;
    },
    async on(role, name) {
      const target = page.getByRole(role, {name}).first();
      await target.scrollIntoViewIfNeeded();
      const box = await target.boundingBox();
      check(box && (role === 'link' || (box.width >= 18 && box.height >= 18)), where, `${role} ${name} is too small`);
      await target.click();
      count += 1;
    },
  };
}
