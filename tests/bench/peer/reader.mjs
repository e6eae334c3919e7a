// Reads all time records of a portal with the official SDK, page by page, and stores nothing.
// node reader.mjs http://127.0.0.1:PORT/rest/1/TOKEN/ callList|fetchList
import { B24Hook, ParamsFactory } from '@bitrix24/b24jssdk'

const [address, reader] = process.argv.slice(2)
const url = new URL(address)
const [, userId, secret] = url.pathname.split('/').filter(Boolean)

// No limiter: the portal of the bench has none, and waiting would only cost the SDK more.
const open = ParamsFactory.getDefault()
open.rateLimit = { ...open.rateLimit, burstLimit: 1e9, drainRate: 1e9, adaptiveEnabled: false }
open.adaptiveConfig = { ...open.adaptiveConfig, enabled: false }

const b24 = new B24Hook({ b24Url: url.origin, userId: Number(userId), secret }, { restrictionParams: open })
// The SDK makes https addresses only. Ours talks plain http to this portal, so the SDK may too: neither
// of the two pays for TLS.
b24.auth.getTargetOriginWithPath = () =>
  new Map([['v2', `${url.origin}/rest/${userId}/${secret}`], ['v3', `${url.origin}/rest/api/${userId}/${secret}`]])
b24.offClientSideWarning()

// task.elapseditem.getlist takes its arguments by position; the SDK keeps the order of these keys and puts
// its own `order` and `start` behind them, where they change nothing. The fields are those that hourbridge asks for.
const options = {
  method: 'task.elapseditem.getlist',
  params: {
    sorted: { ID: 'ASC' },
    filter: {},
    select: ['ID', 'TASK_ID', 'USER_ID', 'SECONDS', 'CREATED_DATE', 'COMMENT_TEXT'],
    page: { NAV_PARAMS: { nPageSize: 50, iNumPage: 1 } }
  },
  idKey: 'ID',
  requestId: 'bench'
}

const before = process.cpuUsage()
const began = process.hrtime.bigint()
let rows = 0
if (reader === 'callList') {
  const answer = await b24.actions.v2.callList.make(options)
  if (!answer.isSuccess) throw new Error(answer.getErrorMessages().join('; '))
  rows = answer.getData().length
} else {
  for await (const page of b24.actions.v2.fetchList.make(options)) rows += page.length
}
const used = process.cpuUsage(before)
console.log(JSON.stringify({
  rows,
  cpu_us: used.user + used.system,
  wall_us: Number((process.hrtime.bigint() - began) / 1000n),
  peak_kb: process.resourceUsage().maxRSS
}))
process.exit(0)
