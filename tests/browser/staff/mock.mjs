// Plays the program: the built pages under the policy they are served with, and the API from small books in memory. Each
// answer is held against the OpenAPI file. Faults are set by tests through `faults`.
import {readFileSync, existsSync} from 'node:fs';
import {createServer} from 'node:http';
import {extname, join, normalize} from 'node:path';
import {draftOf, etag, headOf, makeBooks, seconds, total} from './books.mjs';
import {misfits, operation} from './shape.mjs';

export const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const kinds = {'.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml'};
const stamp = '2026-12-01T08:25:00Z';

function session(roles) {
  return {user: {id: 1, login: 'ann', name: 'Анна', roles}, kind: 'cookie', csrf: 'token', started: stamp, idle_until: '2026-12-01T09:25:00Z', ends: '2026-12-01T20:25:00Z', fresh_until: null, locale: 'en'};
}
class Problem extends Error {
  constructor(status, code, message, hint = '', errors = undefined) {
    super(message);
    Object.assign(this, {status, body: {type: 'about:blank', title: message, status, code, message, hint, request_id: 'q-0042', ...(errors ? {errors} : {})}});
  }
}
const lateRow = {ref: 'late:7', kind: 'late', text: '2:00 of “Design” came after the bill was paid', client: 'Alfa', report: null, seconds: 7200, amount: '120.00', currency: 'BYN'};

export async function startMock(folder) {
  const mock = {books: makeBooks(), roles: ['owner'], signedIn: true, faults: new Map(), requests: [], wrong: []};
  const need = id => mock.books.reports.get(Number(id)) ?? (() => { throw new Problem(404, 'not_found', 'There is no such report'); })();
  const matched = (request, report) => {
    if (request.headers['if-match'] !== etag(report)) throw new Problem(412, 'stale', 'It has changed meanwhile');
    report.tag += 1;
  };
  const changed = report => ({status: 200, body: {...headOf(report), lines: report.lines}, etag: etag(report)});
  const job = (kind, of, work) => {
    const id = `j${++mock.books.serial}`;
    mock.books.jobs.set(id, {id, kind, state: 'running', done: 0, of, result: null, problem: null, work});
    return {status: 202, body: {job: id}};
  };
  const moveTo = (state, number) => (request, {id}) => {
    const report = need(id);
    matched(request, report);
    report.state = state;
    if (number) report.number ??= `HB2026-${String(report.id).padStart(4, '0')}`;
    return changed(report);
  };
  const routes = {
    'POST /session': (_request, _names, body) => {
      if (body.password !== 'correct horse') throw new Problem(401, 'wrong_credentials', 'Login or password is wrong');
      if (!body.totp) throw new Problem(401, 'totp_needed', 'The code of your app is needed');
      mock.signedIn = true;
      return {status: 201, body: session(mock.roles)};
    },
    'GET /session': () => ({body: session(mock.roles)}),
    'DELETE /session': () => ((mock.signedIn = false), {status: 204}),
    'POST /session/fresh': () => ((mock.fresh = true), {body: session(mock.roles)}),
    'POST /session/enrol': () => ({body: {enrolment: 'e1', totp: {secret: 'JBSWY3DPEHPK3PXP', uri: 'otpauth://totp/hourbridge:ann?secret=JBSWY3DPEHPK3PXP'}}}),
    'POST /session/enrol/confirm': () => ((mock.signedIn = true), {status: 201, body: {...session(mock.roles), recovery_codes: Array.from({length: 10}, (_, n) => `ABCD-000${n}`)}}),
    'GET /overview': () => {
      const list = [...mock.books.reports.values()];
      const count = state => list.filter(report => report.state === state).length;
      return {body: {
        reports: Object.fromEntries(['draft', 'sent', 'agreed', 'invoiced', 'paid'].map(state => [state, count(state)])),
        sums: list.length ? [{state: 'draft', currency: 'BYN', total: '3600.00', due: '3600.00'}] : [], unbilled: [{currency: 'BYN', amount: '48250.00', count: 6}, {currency: 'EUR', amount: '3120.50', count: 2}],
        remotes: remotes(), writes: {parked: mock.books.parked, pending: 44},
      }};
    },
    'GET /month': (_request, _names, _body, query) => ({body: {month: query.get('month'), from: '2026-11-01', to: '2026-11-30', clients: mock.books.empty ? [] : mock.books.clients.map(monthRow)}}),
    'GET /reports': (_request, _names, _body, query) => {
      const list = [...mock.books.reports.values()].filter(report => !query.get('state') || report.state === query.get('state')).filter(report => !query.get('search') || report.client.name.includes(query.get('search')));
      return {body: {reports: list.map(headOf), next: null}};
    },
    'POST /reports': (_request, _names, body) => {
      const report = draftOf(mock.books, mock.books.clients.find(one => one.ref === body.company));
      return {status: 201, body: headOf(report), etag: etag(report)};
    },
    'POST /reports/batch': () => job('batch', 8, () => mock.books.clients.forEach(one => reportOf(one) ?? draftOf(mock.books, one))),
    'POST /reports/send': (_request, _names, body) => job('send', body.reports.length, () => body.reports.forEach(({id, etag: tag}) => {
      const report = need(id);
      if (tag === etag(report)) Object.assign(report, {state: 'sent', tag: report.tag + 1, number: `HB2026-000${id}`});
    })),
    'GET /reports/{id}': (_request, {id}) => changed(need(id)),
    'GET /reports/{id}/lines': (_request, {id}, _body, query) => {
      const by = query.get('by') ?? 'project';
      const groups = new Map();
      for (const line of need(id).lines) {
        const key = by === 'person' ? line.people[0].name : line.task.ref === 'bitrix24:task:2202' ? '1C' : 'Site';
        groups.set(key, [...(groups.get(key) ?? []), line]);
      }
      return {body: {by, groups: [...groups].map(([key, lines]) => ({key, name: key, worked_seconds: seconds({lines}), billed_seconds: seconds({lines}), amount: total({lines}), lines}))}};
    },
    'GET /reports/{id}/history': () => ({body: {events: [{at: stamp, actor: 'user:1', action: 'report.drafted', subject: 'report:1', data: {}}], next: null}}),
    'POST /reports/{id}/send': moveTo('sent', true),
    'POST /reports/{id}/recall': moveTo('draft'),
    'POST /reports/{id}/agree': moveTo('agreed'),
    'POST /reports/{id}/invoice': moveTo('invoiced'),
    'POST /reports/{id}/cancel': moveTo('cancelled'),
    'POST /reports/{id}/exclude': (request, {id}, body) => {
      const report = need(id);
      matched(request, report);
      const line = report.lines.find(one => one.entries.includes(body.what) || one.task.ref === body.what);
      report.lines = report.lines.filter(one => one !== line);
      report.excluded.push({entry: body.what, seconds: line.worked_seconds, report: null, why: body.reason});
      return changed(report);
    },
    'POST /reports/{id}/include': (request, {id}, body) => {
      const report = need(id);
      matched(request, report);
      report.excluded = report.excluded.filter(row => row.entry !== body.what);
      return changed(report);
    },
    'POST /reports/{id}/note': (request, {id}, body) => {
      const report = need(id);
      matched(request, report);
      report.note = body.text;
      return changed(report);
    },
    'POST /reports/{id}/link': () => ({body: {url: 'https://example.test/r/abc'}}),
    'GET /needs': () => ({body: {needs: mock.books.empty ? [] : [
      ...(mock.books.late ? [lateRow] : []),
      ...Array.from({length: mock.books.parked}, (_, n) => ({ref: String(n + 1), kind: 'parked', text: 'The deal of Alfa was not made: no right to CRM'})),
      {ref: 'bitrix24:company:109', kind: 'no_terms', text: 'Zeta has 12 h and no terms', client: 'Zeta', seconds: 43200},
      {ref: 'bitrix24:project:5', kind: 'no_client', text: 'Project “Zeta site” belongs to no client', seconds: 3600, candidates: [{ref: 'bitrix24:company:107', name: 'Zeta', likeness: 90}]},
    ], next: null}}),
    'POST /late/{ref}/decide': (_request, {ref}, body) => ((mock.books.late = false), {body: {ref, ...body}}),
    'GET /clients': () => ({body: {clients: mock.books.empty ? [] : [...mock.books.clients.map(one => ({ref: one.ref, name: one.name, terms: true, version: 1, valid_from: '2026-01-01', currency: one.currency, seconds: one.hours * 3600})), {ref: 'bitrix24:company:109', name: 'Новый клиент', terms: false, seconds: 43200}], next: null}}),
    'GET /clients/{ref}/contracts': (_request, {ref}) => {
      const kept = mock.books.contracts.get(ref) ?? {tag: 1, versions: []};
      return {body: {client: ref, name: mock.books.clients.find(one => one.ref === ref)?.name ?? 'Новый клиент', versions: kept.versions}, etag: `"c${kept.tag}"`};
    },
    'POST /clients/{ref}/contracts/preview': () => ({body: {drafts: ['draft 1: 600.00 → 700.00 BYN'], warnings: []}}),
    'PUT /clients/{ref}/contracts/{valid_from}': (request, {ref, valid_from}, body) => {
      const kept = mock.books.contracts.get(ref) ?? {tag: 1, versions: []};
      if (request.headers['if-match'] !== `"c${kept.tag}"`) throw new Problem(412, 'stale', 'The terms have changed meanwhile');
      kept.tag += 1;
      kept.versions = [...kept.versions, {version: kept.versions.length + 1, contract: body.contract}];
      mock.books.contracts.set(ref, kept);
      return {body: {client: ref, valid_from, version: kept.versions.length, contract: body.contract, changes: [], warnings: []}, etag: `"c${kept.tag}"`};
    },
    'GET /remotes': () => ({body: {remotes: remotes()}}),
    'POST /remotes/{name}/sync': () => job('sync', 1, () => undefined),
    'POST /remotes/{name}/pause': (_request, {name}) => ((mock.books.paused = true), {body: remotes().find(one => one.name === name)}),
    'POST /remotes/{name}/resume': (_request, {name}) => ((mock.books.paused = false), {body: remotes().find(one => one.name === name)}),
    'GET /outbox': (_request, _names, _body, query) => ({body: {ops: ops().filter(op => op.state === query.get('state')), next: null}}),
    'POST /outbox/retry': () => ((mock.books.parked = 0), {body: {retried: [{id: 1, kind: 'deal.create', state: 'pending'}]}}),
    'GET /mappings': () => ({body: {mappings: [{remote: 'bitrix24', file: 'mappings/bitrix24.json', versions: Array.from({length: mock.books.mapping}, (_, n) => ({version: n + 1, by: 'cli:root', at: stamp, note: n ? 'spent on' : '', in_force: n + 1 === mock.books.mapping, read_anew: true})).reverse()}]}}),
    'GET /mappings/{name}': (_request, {name}) => ({body: {remote: name, version: mock.books.mapping, text: mock.books.text ?? '{\n  "entries": {\n    "seconds": "/SECONDS",\n    "note": "/COMMENT_TEXT"\n  }\n}\n'}}),
    'POST /mappings/{name}/preview': (_request, {name}, body) => {
      if (!body.text.trim().endsWith('}')) throw new Problem(400, 'invalid', 'The mapping cannot be read', '', [{path: '/entries', message: 'line 3: expected a comma'}]);
      return {body: {remote: name, based_on: mock.books.mapping, changed: true, streams: [{stream: 'entries', records: 5921, changed: 12, mended: 0, broken: 0, emptied: 0, unreadable_before: 0, unreadable_after: 0}], samples: [{ref: 'bitrix24:entry:88', before: '1:00', after: '1:10'}], drafts: [1], money: [{draft: 1, currency: 'BYN', before: '600.00', after: '610.00', seconds_before: 36000, seconds_after: 36600, lost: '0.00', gained: '10.00', seconds_lost: 0, seconds_gained: 600, asks: false}], sums: [{currency: 'BYN', before: '600.00', after: '610.00'}], corrections: {count: 0, sums: [], drifted: []}, breaks: 0, asks: ''}};
    },
    'POST /mappings/{name}/apply': (_request, {name}, body) => {
      if (body.expect !== mock.books.mapping) throw new Problem(409, 'conflict', `Version ${mock.books.mapping} is in force`);
      mock.books.text = body.text;
      return {body: {remote: name, version: ++mock.books.mapping, changed: true}};
    },
    'POST /mappings/{name}/rollback': (_request, {name}) => ({body: {remote: name, version: ++mock.books.mapping, changed: true}}),
    'GET /mappings/{name}/diff': (_request, _names, _body, query) => ({body: {from: Number(query.get('from')), to: Number(query.get('to')), changes: [{place: '/entries/seconds', before: '/SECONDS', after: '/MINUTES'}]}}),
    'GET /jobs/{id}': (_request, {id}) => {
      const {work, ...told} = mock.books.jobs.get(id);
      work();
      const done = {...told, state: 'done', done: told.of, result: {}};
      return {body: done};
    },
  };
  function reportOf(client) {
    return [...mock.books.reports.values()].find(report => report.client === client && report.state !== 'cancelled');
  }
  function monthRow(client) {
    const report = reportOf(client);
    const base = {ref: client.ref, name: client.name, terms: true, seconds: client.hours * 3600, currency: client.currency, unbilled_before_seconds: 0, late_seconds: 0};
    if (!report) return {...base, state: 'none', report: null, amount: `${client.hours * 60}.00`, warnings: [], next: 'draft'};
    return {...base, seconds: seconds(report), state: report.state, report: report.id, etag: etag(report), amount: total(report), warnings: report.warnings, next: report.state === 'draft' ? 'send' : report.state === 'sent' ? 'agree' : 'wait'};
  }
  function remotes() {
    return [
      {name: 'bitrix24', account: 'agency.bitrix24.by', connector: 'bitrix24', paused: mock.books.paused, since: mock.books.paused || mock.books.down ? stamp : null, until: null},
      {name: 'clockify', account: 'Agency', connector: 'clockify', paused: false, since: null, until: null},
    ];
  }
  function ops() {
    const parked = Array.from({length: mock.books.parked}, (_, n) => ({id: n + 1, kind: 'deal.create', state: 'parked', target: 'report 1', attempts: 3, due_at: stamp, last_error: 'no right to CRM', remote: 'bitrix24', purpose: 'deal'}));
    const pending = Array.from({length: 44}, (_, n) => ({id: 100 + n, kind: 'task.mark', state: 'pending', target: 'task', attempts: 1, due_at: '2026-12-01T08:32:00Z', last_error: 'no answer', remote: 'bitrix24', purpose: 'mark'}));
    return [...parked, ...pending];
  }

  function judged(name, method, url, answer) {
    const found = operation(method, url);
    const schema = found.of.responses[String(answer.status ?? 200)]?.content?.['application/json']?.schema;
    if (schema) for (const one of misfits(answer.body, schema)) mock.wrong.push(`${name}: answer ${one}`);
  }
  async function api(request, url, body) {
    const path = url.pathname.slice('/api/v1'.length);
    const found = operation(request.method, path);
    if (!found) throw new Problem(404, 'not_found', `no such path: ${path}`);
    const name = `${request.method} ${found.template}`;
    mock.requests.push(name);
    for (const parameter of found.of.parameters ?? [])
      if (parameter.in === 'path') for (const one of misfits(parameter.schema.type === 'integer' ? Number(found.names[parameter.name]) : found.names[parameter.name], parameter.schema)) mock.wrong.push(`${name}: path ${one}`);
    for (const key of url.searchParams.keys()) if (!(found.of.parameters ?? []).some(one => one.in === 'query' && one.name === key)) mock.wrong.push(`${name}: query ${key}`);
    const fault = mock.faults.get(name);
    if (fault) await fault(request);
    const isPublic = found.of['x-hb-roles'].includes('public');
    if (!mock.signedIn && !isPublic) throw new Problem(401, 'session_over', 'Your session has ended');
    if (!isPublic && !found.of['x-hb-roles'].includes('signed-in') && !found.of['x-hb-roles'].some(role => mock.roles.includes(role))) throw new Problem(403, 'forbidden', 'Your role does not allow this');
    if (request.method !== 'GET') {
      if (request.headers['x-hb-request'] !== '1' || (!isPublic && request.headers['x-hb-csrf'] !== 'token')) throw new Problem(403, 'csrf', 'The token is missing');
      const schema = found.of.requestBody?.content['application/json'].schema;
      if (schema) for (const one of misfits(body, schema)) mock.wrong.push(`${name}: request ${one}`);
      for (const parameter of found.of.parameters ?? []) if (parameter.in === 'header' && parameter.required && !request.headers[parameter.name.toLowerCase()]) mock.wrong.push(`${name}: has no ${parameter.name}`);
    }
    const answer = routes[name](request, found.names, body, url.searchParams);
    judged(name, request.method, path, answer);
    return answer;
  }
  function send(response, status, headers, text) {
    response.writeHead(status, {'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff', ...headers});
    response.end(text);
  }
  async function answer(request, response) {
    const url = new URL(request.url, 'http://127.0.0.1');
    if (!url.pathname.startsWith('/api/')) return page(url.pathname, response);
    let text = '';
    for await (const part of request) text += part;
    try {
      const told = await api(request, url, text ? JSON.parse(text) : undefined);
      send(response, told.status ?? 200, {'Content-Type': 'application/json', ...(told.etag ? {ETag: told.etag} : {})}, told.body === undefined ? '' : JSON.stringify(told.body));
    } catch (problem) {
      if (!(problem instanceof Problem)) mock.wrong.push(`${request.method} ${request.url}: ${problem.stack}`);
      send(response, problem.status ?? 500, {'Content-Type': 'application/problem+json'}, JSON.stringify(problem.body ?? {}));
    }
  }
  function page(path, response) {
    const file = normalize(join(folder, path));
    const known = path !== '/' && file.startsWith(folder) && existsSync(file);
    if (path.startsWith('/assets/') && !known) return send(response, 404, {}, '');
    const shown = known ? file : join(folder, 'index.html');
    send(response, 200, {'Content-Type': kinds[extname(shown)] ?? 'application/octet-stream', 'Content-Security-Policy': policy}, readFileSync(shown));
  }
  const server = createServer((request, response) => void answer(request, response));
  await new Promise(done => server.listen(0, '127.0.0.1', done));
  mock.url = `http://127.0.0.1:${server.address().port}`;
  mock.stop = () => new Promise(done => (server.closeAllConnections(), server.close(done)));
  mock.refuse = (name, status, code, message) => mock.faults.set(name, () => { throw new Problem(status, code, message, 'Try again in a minute'); });
  return mock;
}
