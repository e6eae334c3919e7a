// The staff pages in Chromium: node pages.mjs BUNDLE PICTURES
//
// Flows with their clicks counted, what a screen does when it is refused, empty, slow or stale, and every screen in two
// languages, light and dark, on a phone and a desk: axe without a finding, a silent console, no sideways scroll. Ends with 1 and says what is wrong.
import {mkdirSync} from 'node:fs';
import {draftOf, etag, long, makeBooks} from './books.mjs';
import {accessible, check, clicks, fits, launch, open, settled, wrong} from './look.mjs';
import {startMock} from './mock.mjs';

const [, , bundle, pictures] = process.argv;
mkdirSync(pictures, {recursive: true});
const mock = await startMock(bundle);
const browser = await launch();
const silent = status => text => text.includes(`status of ${status}`);
const only = process.env.HB_ONLY;
let ran = 0;

async function tried(name, work, look = {}) {
  if (only && !name.includes(only)) return;
  ran += 1;
  Object.assign(mock, {books: makeBooks(), roles: ['owner'], signedIn: true, requests: []});
  mock.faults.clear();
  const {context, page} = await open(browser, mock, {...look, where: name});
  try {
    await work(page, clicks(page, name), name);
  } catch (error) {
    check(false, name, error.message.split('\n').slice(0, 4).join(' '));
    await page.screenshot({path: `${pictures}/failed-${ran}.png`}).catch(() => undefined);
  }
  await context.close();
}
const at = async (page, path) => {
  await page.goto(mock.url + path);
  await settled(page);
};
const see = (page, text) => page.getByText(text).first().waitFor();

await tried('month end of eight clients takes four clicks', async (page, click, name) => {
  await at(page, '/');
  await click.on('link', 'Month end');
  await click.on('button', 'Make 8 drafts');
  await page.getByRole('button', {name: 'Send all green (8)'}).waitFor();
  await click.on('button', 'Send all green (8)');
  await see(page, /3,600\.00\sBYN · 800\.00\sEUR/);
  await accessible(page, `${name}, dialog`);
  await page.screenshot({path: `${pictures}/send-dialog.png`});
  await click.on('button', 'Send 8');
  await page.waitForFunction(() => document.querySelectorAll('.hb-badge.blue').length === 8);
  check(click.count === 4, name, `${click.count} clicks`);
  check([...mock.books.reports.values()].every(one => one.state === 'sent'), name, 'not all were sent');
});

await tried('one wrong line is left out and the report sent with four clicks', async (page, click, name) => {
  draftOf(mock.books, mock.books.clients[0]);
  await at(page, '/');
  await click.on('link', 'Alfa');
  await click.on('checkbox', 'Billed: Design of the start page');
  await accessible(page, `${name}, dialog`);
  await click.on('button', 'Our own mistake');
  await see(page, 'Left out');
  await click.on('button', 'Send');
  await page.locator('h1 + .hb-badge.blue').waitFor();
  const report = mock.books.reports.get(1);
  check(click.count === 4, name, `${click.count} clicks`);
  check(report.state === 'sent' && report.excluded[0]?.why === 'Our own mistake', name, JSON.stringify(report.excluded));
});

await tried('what is stuck is seen and tried again with two clicks', async (page, click, name) => {
  mock.books.down = true;
  await at(page, '/');
  await click.on('link', 'bitrix24: no answer');
  await see(page, 'no right to CRM');
  await click.on('button', 'Retry 3 stopped');
  await page.getByText('no right to CRM').waitFor({state: 'detached'});
  check(click.count === 2, name, `${click.count} clicks`);
});

const typeIn = async (page, text) => {
  await page.locator('.cm-content').focus();
  await page.keyboard.press('Control+End');
  await page.keyboard.insertText(text);
};
await tried('a mapping is edited, tried and put in force with four clicks', async (page, click, name) => {
  await at(page, '/');
  await click.on('link', /Connection/);
  await click.on('link', 'Mapping');
  await page.locator('.cm-content').waitFor();
  await page.locator('.cm-content').focus();
  await page.keyboard.press('Control+Home');
  await page.keyboard.press('End');
  await page.keyboard.insertText(' ');
  await click.on('button', 'Trial');
  await see(page, /12 of 5921 change/);
  await see(page, /610\.00\sBYN/);
  await accessible(page, name);
  await page.screenshot({path: `${pictures}/mapping-trial.png`, fullPage: true});
  await click.on('button', 'Put in force');
  await see(page, 'The new version is in force.');
  check(click.count === 4, name, `${click.count} clicks`);
  check(mock.books.mapping === 5, name, `version ${mock.books.mapping}`);
});

await tried('an error of a mapping is shown with its place', async page => {
  await at(page, '/connection/mappings/bitrix24');
  await page.locator('.cm-content').waitFor();
  await typeIn(page, ',');
  await page.getByRole('button', {name: 'Trial'}).click();
  await see(page, 'line 3: expected a comma');
  await see(page, 'Request q-0042');
}, {quiet: silent(400)});

await tried('somebody else put a mapping in force meanwhile: both are shown, the text stays', async (page, click, name) => {
  await at(page, '/connection/mappings/bitrix24');
  await page.locator('.cm-content').waitFor();
  await typeIn(page, ' ');
  await page.getByRole('button', {name: 'Trial'}).click();
  await see(page, 'What it would do');
  Object.assign(mock.books, {mapping: 5, text: '{\n  "entries": {"seconds": "/MINUTES"}\n}\n'});
  await page.getByRole('button', {name: 'Put in force'}).click();
  await see(page, 'What is there now');
  await see(page, /MINUTES/);
  await accessible(page, name);
  await page.getByRole('button', {name: 'Do it all the same'}).click();
  await see(page, 'The new version is in force.');
  check(mock.books.text.includes('/SECONDS') && mock.books.mapping === 6, name, mock.books.text);
}, {quiet: silent(409)});

await tried('a colleague changed the report: the wish is kept and goes on top', async (page, click, name) => {
  const report = draftOf(mock.books, mock.books.clients[0]);
  await at(page, '/reports/1');
  await page.getByRole('textbox', {name: 'Note for colleagues'}).fill('wait until Friday');
  report.tag += 1;
  report.note = 'call them first';
  await page.getByRole('button', {name: 'Save'}).click();
  await see(page, 'Changed meanwhile');
  await see(page, 'call them first');
  await accessible(page, name);
  await page.screenshot({path: `${pictures}/stale.png`});
  check((await page.getByRole('textbox', {name: 'Note for colleagues', includeHidden: true}).inputValue()) === 'wait until Friday', name, 'what was typed is lost');
  await page.getByRole('button', {name: 'Do it all the same'}).click();
  await page.getByText('Changed meanwhile').waitFor({state: 'detached'});
  check(report.note === 'wait until Friday', name, report.note);
}, {quiet: silent(412)});

await tried('a session that ends in the middle asks over the page and loses nothing', async (page, click, name) => {
  const report = draftOf(mock.books, mock.books.clients[0]);
  await at(page, '/reports/1');
  const note = page.getByRole('textbox', {name: 'Note for colleagues', includeHidden: true});
  await note.fill('typed before');
  mock.signedIn = false;
  await page.getByRole('button', {name: 'Save'}).click();
  await see(page, 'Your session has ended');
  await accessible(page, name);
  await page.screenshot({path: `${pictures}/session-over.png`});
  check((await note.inputValue()) === 'typed before', name, 'what was typed is lost');
  await page.getByLabel('Password').fill('correct horse');
  await page.getByRole('dialog').getByRole('button', {name: 'Sign in'}).click();
  await page.getByLabel('Code', {exact: true}).fill('123456');
  await page.getByRole('dialog').getByRole('button', {name: 'Sign in'}).click();
  await page.getByText('Your session has ended').waitFor({state: 'detached'});
  await page.waitForFunction(() => true);
  for (let n = 0; n < 50 && report.note !== 'typed before'; ++n) await page.waitForTimeout(50);
  check(report.note === 'typed before', name, 'the wish did not go on');
}, {quiet: silent(401)});

await tried('signing in asks for the code after the right password, and a wrong one is refused', async (page, click, name) => {
  mock.signedIn = false;
  await page.goto(`${mock.url}/month`);
  await settled(page);
  await accessible(page, name);
  await page.getByLabel('Login').fill('ann');
  await page.getByLabel('Password').fill('wrong');
  await page.keyboard.press('Enter');
  await see(page, 'Login or password is wrong');
  await page.getByLabel('Password').fill('correct horse');
  await page.keyboard.press('Enter');
  await page.getByLabel('Code', {exact: true}).fill('123456');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', {name: 'Month end'}).waitFor();
  check(page.url().endsWith('/month'), name, page.url());
}, {quiet: silent(401)});

await tried('the first sign-in shows the key and the recovery codes once', async (page, click, name) => {
  mock.signedIn = false;
  await page.goto(`${mock.url}/enrol?login=ann`);
  await settled(page);
  await accessible(page, name);
  await page.getByLabel('One-time code').fill('ABCD-EFGH');
  await page.getByLabel(/New password/).fill('correct horse battery');
  await page.getByRole('button', {name: 'Continue'}).click();
  await see(page, 'JBSWY3DPEHPK3PXP');
  await page.getByLabel('Code', {exact: true}).fill('123456');
  await page.getByRole('button', {name: 'Confirm'}).click();
  await see(page, 'ABCD-0009');
  await page.getByRole('button', {name: 'I have saved them'}).click();
  await page.getByRole('heading', {name: 'Overview'}).waitFor();
}, {quiet: silent(401)});

await tried('a new client gets copied terms, and a colleague who was faster is seen', async (page, click, name) => {
  await at(page, '/clients/bitrix24%3Acompany%3A109');
  await page.getByLabel('Copy the terms of').selectOption({label: 'Alfa'});
  await page.getByLabel('Rate per hour').fill('75,50');
  await page.getByLabel('Rate per hour').blur();
  await page.getByRole('button', {name: 'What would it cost?'}).click();
  await see(page, 'draft 1: 600.00');
  mock.books.contracts.set('bitrix24:company:109', {tag: 7, versions: [{version: 1, contract: {client: 'bitrix24:company:109', valid_from: '2026-10-01', currency: 'USD', rates: [{amount: '9.00'}]}}]});
  await page.getByRole('button', {name: 'Save'}).click();
  await page.getByRole('dialog').getByText(/"USD"/).waitFor();
  await page.getByRole('button', {name: 'Do it all the same'}).click();
  await see(page, 'The terms are saved.');
  const kept = mock.books.contracts.get('bitrix24:company:109').versions.at(-1).contract;
  check(kept.rates[0].amount === '75.50' && kept.client === 'bitrix24:company:109', name, JSON.stringify(kept));
}, {quiet: silent(412)});

await tried('late time is decided with a reason', async (page, click, name) => {
  await at(page, '/needs');
  await page.getByRole('button', {name: 'To the next report'}).click();
  await page.getByLabel('Reason').fill('Ann agreed by phone');
  await accessible(page, name);
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor({state: 'hidden'});
  await page.getByText('came after the bill').first().waitFor({state: 'detached'});
  check(!mock.books.late, name, 'not decided');
});

await tried('a card that is dragged asks first, and a way that is none is refused in words', async (page, click, name) => {
  draftOf(mock.books, mock.books.clients[0]);
  await at(page, '/reports?view=board');
  const card = page.locator('.hb-piece').first();
  await card.dragTo(page.locator('.hb-column.agreed'));
  await see(page, /cannot go from “Draft” to “Agreed”/);
  await card.dragTo(page.locator('.hb-column.sent'));
  await page.getByRole('dialog').getByRole('button', {name: 'Send'}).click();
  await page.locator('.hb-column.sent .hb-piece').waitFor();
  check(mock.books.reports.get(1).state === 'sent', name, 'not sent');
});

await tried('a warning has to be ticked before sending', async (page, click, name) => {
  draftOf(mock.books, mock.books.clients[0]).warnings = [{code: 'late_time', message: '2:00 of late time is not decided', args: {}, blocking: false}];
  await at(page, '/reports/1');
  check(await page.getByRole('button', {name: 'Send'}).isDisabled(), name, 'can be sent without a tick');
  await page.getByRole('checkbox', {name: /late time/}).check();
  await page.getByRole('button', {name: 'Send'}).click();
  await page.locator('h1 + .hb-badge.blue').waitFor();
});

await tried('a refusal says its number and can be tried again', async (page, click, name) => {
  mock.refuse('GET /month', 500, 'internal', 'The books cannot be read');
  await at(page, '/month');
  await see(page, 'Request q-0042');
  await accessible(page, name);
  await page.screenshot({path: `${pictures}/error.png`});
  mock.faults.clear();
  await page.getByRole('button', {name: 'Try again'}).click();
  await see(page, 'Бета Строй');
}, {quiet: silent(500)});

await tried('a slow answer shows the shape of what comes', async (page, click, name) => {
  let go = () => undefined;
  mock.faults.set('GET /month', () => new Promise(done => (go = done)));
  await page.goto(`${mock.url}/month`);
  await page.locator('.hb-bones').waitFor();
  await accessible(page, name);
  go();
  await see(page, 'Бета Строй');
});

await tried('an empty month says what leads on', async page => {
  mock.books.empty = true;
  await at(page, '/month');
  await see(page, 'No client has hours in this month.');
  await at(page, '/needs');
  await see(page, /Nothing waits|Stopped write/);
});

await tried('each role sees its own part of the map', async (page, click, name) => {
  const maps = {admin: ['Overview', 'Needs a person', 'Connection'], manager: ['Overview', 'Month end', 'Reports', 'Needs a person', 'Clients', 'Connection'], office: ['Overview', 'Reports', 'Clients'], viewer: ['Overview', 'Reports', 'Clients']};
  for (const [role, wanted] of Object.entries(maps)) {
    mock.roles = [role];
    await at(page, '/');
    const shown = await page.locator('nav li a > span:first-of-type').allTextContents();
    check(shown.join() === wanted.join(), name, `${role}: ${shown}`);
    check(!(await page.getByText('something went wrong').count()), name, `${role}: a refusal`);
  }
  mock.roles = ['admin'];
  await page.goto(`${mock.url}/month`);
  await page.getByRole('heading', {name: 'Overview'}).waitFor();
});

await tried('the keyboard is enough: slash finds, Escape closes, the menu opens on a phone', async (page, click, name) => {
  draftOf(mock.books, mock.books.clients[0]);
  await at(page, '/');
  await page.getByRole('button', {name: 'Menu'}).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('link', {name: 'Reports'}).waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('Alfa');
  await page.keyboard.press('Enter');
  await see(page, 'Search: Alfa');
  await at(page, '/reports/1');
  await page.getByRole('checkbox', {name: /Billed: Design/}).focus();
  await page.keyboard.press('Space');
  await see(page, 'Leave this line out?');
  await page.keyboard.press('Escape');
  await page.getByText('Leave this line out?').waitFor({state: 'detached'});
  check(mock.books.reports.get(1).excluded.length === 0, name, 'left out without being asked to');
}, {width: 390});

const screens = {overview: '/', month: '/month', reports: '/reports', board: '/reports?view=board', report: '/reports/1', people: '/reports/1?by=person', needs: '/needs', clients: '/clients', terms: '/clients/bitrix24%3Acompany%3A101', connection: '/connection', mapping: '/connection/mappings/bitrix24', none: '/nowhere'};
const looks = [['en', 1280, false], ['ru', 390, true], ['ru', 1280, true], ['en', 390, false], ['ru', 1280, false], ['en', 1280, true], ['ru', 390, false], ['en', 390, true]];
const whole = process.env.HB_BROWSER_ALL === '1';
for (const [n, [screen, path]] of Object.entries(screens).entries())
  for (const [k, [language, width, dark]] of looks.entries()) {
    // Two looks of each screen that differ in all three, another pair for the next screen; all of them for a night.
    if (!whole && k >> 1 !== n % 4) continue;
    await tried(`${screen} ${language} ${width}${dark ? ' dark' : ''}`, async (page, click, name) => {
      for (const one of mock.books.clients.slice(0, 5)) draftOf(mock.books, one);
      mock.books.clients[1].name = long;
      mock.books.reports.get(2).warnings = [{code: 'late_time', message: '2:00 of late time is not decided', args: {}, blocking: false}];
      mock.books.reports.get(3).state = 'sent';
      await at(page, path);
      if (screen === 'mapping') await page.locator('.cm-content').waitFor();
      await page.waitForLoadState('networkidle');
      check((await page.locator('h1').count()) === 1, name, 'has not one h1');
      check((await page.title()).endsWith('hourbridge') && (await page.locator('html').getAttribute('lang')) === language, name, 'has a wrong title or language');
      await accessible(page, name);
      await fits(page, name);
      await page.screenshot({path: `${pictures}/${name.replaceAll(' ', '-')}.png`, fullPage: true});
    }, {language, width, dark});
  }

await browser.close();
await mock.stop();
for (const one of [...new Set(wrong.concat(mock.wrong))]) console.log(one);
console.log(`${ran} looks and flows, ${wrong.length + mock.wrong.length} things wrong`);
process.exit(wrong.length + mock.wrong.length === 0 && ran > 0 ? 0 : 1);
