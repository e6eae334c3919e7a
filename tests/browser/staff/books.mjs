// Small books for the pages' tests: eight clients of a month, in memory.
const hostile = 'Ромашка & <script>alert(1)</script> \u202Eretfa';
export const long = 'Very long name of a client '.repeat(19).trim();

export function makeBooks({many = false} = {}) {
  const names = ['Alfa', 'Бета Строй', 'Gamma GmbH', 'Дельта', 'Epsilon Ltd', hostile, 'Zeta', 'Эта'];
  const clients = names.map((name, n) => ({ref: `bitrix24:company:${101 + n}`, name, currency: n % 3 === 2 ? 'EUR' : 'BYN', hours: 12 + n * 3}));
  const reports = new Map();
  const books = {clients, reports, version: 1, jobs: new Map(), paused: false, parked: 3, late: true, mapping: 4, contracts: new Map(), note: '', serial: 0, many};
  for (const one of clients) books.contracts.set(one.ref, {tag: 1, versions: [{version: 1, contract: {client: one.ref, valid_from: '2026-01-01', currency: one.currency, rates: [{amount: '60.00'}], vat: {mode: 'none'}}}]});
  return books;
}

const task = (n, title) => ({ref: `bitrix24:task:${n}`, title, url: null});
export function draftOf(books, client) {
  const id = books.reports.size + 1;
  const rate = client.currency === 'EUR' ? 40 : 60;
  const lines = [[2201, 'Design of the start page', 'Анна Иванова'], [2202, 'Настройка обмена с 1С', 'Bob O’Neil'], [2203, long, 'Анна Иванова'], [2204, '‮gnp.exe', 'Дима']].map(([n, title, person], k) => ({
    task: task(n, title), people: [{ref: `bitrix24:user:${k}`, name: person, seconds: 3600 * (k + 1)}], entries: [`bitrix24:entry:${n}`], work_type: 'development', rate: `${rate}.00`,
    worked_seconds: 3600 * (k + 1), billed_seconds: 3600 * (k + 1), amount: `${rate * (k + 1)}.00`,
  }));
  const report = {id, client, state: 'draft', tag: 1, lines, excluded: [], note: '', warnings: [], number: null};
  books.reports.set(id, report);
  return report;
}

export function seconds(report) {
  return report.lines.reduce((sum, line) => sum + line.billed_seconds, 0);
}
export function total(report) {
  return `${report.lines.reduce((sum, line) => sum + Number(line.amount), 0)}.00`;
}
export const etag = report => `"r${report.id}-${report.tag}"`;

export function headOf(report) {
  return {
    id: report.id, number: report.number, state: report.state, client: {ref: report.client.ref, name: report.client.name}, period: {from: '2026-11-01', to: '2026-11-30'}, currency: report.client.currency,
    revision: report.state === 'draft' ? null : {n: 1, hash: 'ab'.repeat(32)}, worked_seconds: seconds(report), billed_seconds: seconds(report), nonbillable_seconds: 1800,
    subtotal: total(report), vat: '0.00', total: total(report), paid: '0.00', due: total(report), surplus: '0.00', links: {deal: null, invoice: null, card: null, documents: []}, link: {active: report.state === 'sent'},
    late: [], excluded: report.excluded, warnings: report.warnings, freshness: {}, drifted: false, sending: false, asks: null, questions: [], note: report.note, etag: etag(report),
  };
}
