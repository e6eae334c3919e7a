// The official SDK against a sandbox portal: what it cannot use, no client could. Each check names itself; the exit
// code is the number of those that failed.
// node judge.mjs http://127.0.0.1:PORT USER TOKEN
import { B24HelperManager, B24Hook, B24OAuth, LoadDataType, ParamsFactory } from '@bitrix24/b24jssdk'

const [origin, user, secret] = process.argv.slice(2)

// The portal of this test has no request limit, so the SDK needs none.
const open = ParamsFactory.getDefault()
open.rateLimit = { ...open.rateLimit, burstLimit: 1e9, drainRate: 1e9, adaptiveEnabled: false }
open.adaptiveConfig = { ...open.adaptiveConfig, enabled: false }
const restrictions = { restrictionParams: open }

// The SDK makes https addresses of a webhook only; this portal speaks plain http.
const hook = new B24Hook({ b24Url: origin, userId: Number(user), secret }, restrictions)
hook.auth.getTargetOriginWithPath = () =>
  new Map([['v2', `${origin}/rest/${user}/${secret}`], ['v3', `${origin}/rest/api/${user}/${secret}`]])
hook.offClientSideWarning()

let failed = 0
function check(what, holds, seen) {
  if (holds) return
  failed += 1
  console.error(`FAILED: ${what}; seen: ${JSON.stringify(seen)}`)
}

async function call(b24, method, params = {}) {
  const answer = await b24.actions.v2.call.make({ method, params, requestId: method })
  if (!answer.isSuccess) throw new Error(`${method}: ${answer.getErrorMessages().join('; ')}`)
  return answer.getData().result
}

async function control(path, body = {}) {
  const answer = await fetch(`${origin}/sandbox/${path}`, {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body)
  })
  return answer.json()
}

const state = await (await fetch(`${origin}/sandbox/state`)).json()

async function lists() {
  const tasks = {
    method: 'tasks.task.list', params: { select: ['ID', 'TITLE'] }, idKey: 'id', cursorIdKey: 'ID',
    customKeyForResult: 'tasks', requestId: 'tasks'
  }
  const all = await hook.actions.v2.callList.make(tasks)
  check('callList reads every task', all.getData().length === state.tasks, all.getData().length)
  const ids = new Set()
  for await (const page of hook.actions.v2.fetchList.make(tasks)) for (const task of page) ids.add(task.id)
  check('fetchList reads every task once', ids.size === state.tasks, ids.size)
}

async function batches() {
  const named = await hook.actions.v2.batch.make({
    calls: { me: { method: 'user.current', params: {} }, deals: ['crm.item.list', { entityTypeId: 2 }] },
    options: { isHaltOnError: true, returnAjaxResult: true, requestId: 'batch' }
  })
  const data = named.getData()
  check('a named batch answers by its keys', data.me.getData().result.ID === user, data.me.getData())
  check('a list inside a batch has its rows', data.deals.getData().result.items.length === state.deals,
    data.deals.getData().result)
  const broken = await hook.actions.v2.batch.make({
    calls: [['crm.item.get', { entityTypeId: 2, id: 999999 }], ['server.time', {}]],
    options: { isHaltOnError: false, returnAjaxResult: true, requestId: 'broken' }
  })
  const rows = broken.getData()
  check('an error stays in its command', !rows[0].isSuccess && rows[1].isSuccess, broken.getErrorMessages())
}

async function cards() {
  const { type } = await call(hook, 'crm.type.add', {
    fields: {
      title: 'Judged cards', isStagesEnabled: 'Y', isClientEnabled: 'Y',
      relations: { parent: [{ entityTypeId: 2, isChildrenListEnabled: 'true' }] }
    }
  })
  const on = { entityTypeId: type.entityTypeId, useOriginalUfNames: 'Y' }
  const name = `UF_CRM_${type.id}_FILES`
  await call(hook, 'userfieldconfig.add', {
    moduleId: 'crm', field: { entityId: `CRM_${type.id}`, fieldName: name, userTypeId: 'file', multiple: 'Y' }
  })
  for (let i = 0; i < 60; i += 1)
    await call(hook, 'crm.item.add', { ...on, fields: { title: `Card ${i}`, xmlId: `judge-${i}`, parentId2: 101 } })
  const { items } = await call(hook, 'crm.item.list', { ...on, filter: { xmlId: 'judge-7' } })
  check('a card is found by its xmlId', items.length === 1 && items[0].title === 'Card 7', items)
  const all = await hook.actions.v2.callList.make({
    method: 'crm.item.list', params: { ...on, filter: { parentId2: 101 } }, idKey: 'id', customKeyForResult: 'items',
    requestId: 'cards'
  })
  check('callList reads every card of a deal', all.getData().length === 60, all.getData().length)
  const named = await call(hook, 'crm.item.list', { ...on, select: ['id', 'title', name], filter: { xmlId: 'judge-7' } })
  check('a select of names leaves custom fields alone', Object.keys(named.items[0]).join() === name, named.items)
  const whole = await call(hook, 'crm.item.list', { ...on, select: ['*'], filter: { xmlId: 'judge-7' } })
  check('a select of everything has the id', whole.items[0].id === items[0].id, whole.items)
  const bytes = Buffer.from('%PDF-1.4 judged').toString('base64')
  const { item } = await call(hook, 'crm.item.update', {
    ...on, id: items[0].id, fields: { [name]: [['a.pdf', bytes], ['b.pdf', bytes]] }
  })
  check('two files are kept', item[name].length === 2, item[name])
  const file = await (await fetch(item[name][1].urlMachine)).text()
  check('a file comes back as its bytes', file === '%PDF-1.4 judged', file)
}

// The walk of the PHP SDK's `task()->batch->list()`: the first page counted, the last id by the reverse order, then
// batches of windows whose keys are in lower case.
async function walkers() {
  const ids = new Set()
  const page = async (order) => (await call(hook, 'tasks.task.list', { order: { ID: order }, select: ['ID', 'id'], start: 0 })).tasks
  const first = await page('asc')
  for (const task of first) ids.add(task.id)
  const last = Number((await page('desc'))[0].id)
  const calls = []
  for (let from = Number(first.at(-1).id) + 1; from <= last; from += 50) {
    const filter = last - from > 50 ? { '>=id': from, '<id': from + 50 } : { '>=id': from, '<=id': last }
    calls.push(['tasks.task.list', { order: { ID: 'asc' }, filter, select: ['ID', 'id'], start: -1 }])
  }
  const answer = await hook.actions.v2.batchByChunk.make({ calls, options: { isHaltOnError: true, requestId: 'walk' } })
  for (const rows of answer.getData()) for (const task of rows.tasks) {
    check('no task comes twice', !ids.has(task.id), task.id)
    ids.add(task.id)
  }
  check('a walk by lower-case keys reads every task once', ids.size === state.tasks, ids.size)
}

async function currencies() {
  const helper = new B24HelperManager(hook)
  await helper.loadData([LoadDataType.Currency])
  const { currency } = helper
  check('the helper loads the base currency', currency.currencyList.includes(currency.baseCurrency), currency.baseCurrency)
  check('and the words of each', currency.getCurrencyFullName(currency.baseCurrency, 'en').length > 0, currency.data)
}

async function thirdVersion() {
  const answer = await hook.actions.v3.call.make({ method: 'tasks.task.get', params: { id: 1 }, requestId: 'third' })
  const said = answer.getErrorMessages().join('; ')
  check('REST 3.0 fails in its own envelope, and the SDK reads it',
    !answer.isSuccess && said.includes('tasks.task.get'), said)
}

// Renewed by a form that is posted, as official SDKs of 2026 do, and by a query, as older ones did.
async function renewal() {
  for (const posted of [true, false]) {
    const app = await control('app/install', {})
    const words = new URLSearchParams({
      grant_type: 'refresh_token', client_id: app.client_id, client_secret: app.client_secret, refresh_token: app.refresh_token
    })
    const answer = posted
      ? await fetch(`${origin}/oauth/token/`, { method: 'POST', body: words })
      : await fetch(`${origin}/oauth/token/?${words}`)
    const pair = await answer.json()
    check(`a renewal by ${posted ? 'POST' : 'GET'} gives a new pair`,
      answer.status === 200 && pair.access_token && pair.refresh_token !== app.refresh_token, [answer.status, Object.keys(pair)])
  }
}

async function application() {
  const app = await control('app/install', {})
  const b24 = new B24OAuth({
    applicationToken: app.application_token, userId: 1, memberId: app.member_id, accessToken: app.access_token,
    refreshToken: app.refresh_token, expires: Math.floor(Date.now() / 1000) + 3600, expiresIn: 3600, scope: 'crm,task',
    domain: origin, clientEndpoint: `${origin}/rest/`, serverEndpoint: `${origin}/rest/`, status: 'L'
  }, { clientId: app.client_id, clientSecret: app.client_secret }, restrictions)
  b24.offClientSideWarning()
  const info = await call(b24, 'app.info')
  check('the application is installed', info.INSTALLED === true, info)
  await control('app/expire')
  const me = await call(b24, 'user.current')
  check('an expired token is refreshed on the way', me.ID === '1', me)
  const counters = await (await fetch(`${origin}/sandbox/app`)).json()
  check('one refresh was enough', counters.refreshed === 1 && counters.refused === 0, counters)
  await call(b24, 'event.bind', { event: 'ONTASKADD', handler: 'http://127.0.0.1:9/never' })
  const handlers = await call(b24, 'event.get')
  check('the application binds events', handlers.length === 1 && handlers[0].event === 'ONTASKADD', handlers)
}

for (const part of [lists, batches, cards, walkers, currencies, thirdVersion, application, renewal]) {
  try {
    await part()
  } catch (error) {
    check(`${part.name} runs to its end`, false, String(error?.stack ?? error))
  }
}
console.log(failed === 0 ? 'the SDK found nothing' : `${failed} checks failed`)
process.exit(failed)
