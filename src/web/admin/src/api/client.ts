import createClient from 'openapi-fetch';
import type {components, paths} from './schema';
import {askAgain, setSession, useSession} from '../lib/session';
import {i18n, say} from '../i18n';

export type Shape = components['schemas'];
export type Problem = Shape['Problem'];

/** What a call that failed throws: the API's problem, or what we say when there is no answer at all. */
export class Refused extends Error {
  constructor(readonly problem: Problem) {
    super(problem.message);
  }
  get status(): number {
    return this.problem.status;
  }
  get code(): string {
    return this.problem.code;
  }
}

/** A 412, or what a stale number of a version gets: somebody else was faster. */
export function isStale(error: unknown): boolean {
  return error instanceof Refused && (error.status === 412 || error.code === 'stale');
}

const signingIn = /\/api\/v1\/session(\/(enrol|fresh).*)?$/;

function marked(request: Request): Request {
  const copy = new Request(request.clone(), {credentials: 'same-origin', cache: 'no-store'});
  copy.headers.set('Accept-Language', i18n.global.locale.value);
  if (copy.method === 'GET') return copy;
  copy.headers.set('X-HB-Request', '1');
  copy.headers.set('Content-Type', 'application/json');
  const csrf = useSession().session?.csrf;
  if (csrf) copy.headers.set('X-HB-CSRF', csrf);
  return copy;
}

// A session that ended, or a wish that wants the password again, is asked about in a dialog over
// the page; then the same request goes out once more.
async function guarded(request: Request): Promise<Response> {
  const answer = await fetch(marked(request));
  if (signingIn.test(new URL(request.url).pathname) || (answer.status !== 401 && answer.status !== 403)) return answer;
  const problem = (await answer.clone().json().catch(() => null)) as Problem | null;
  const ask = answer.status === 401 ? 'over' : problem?.code === 'fresh_needed' ? 'fresh' : null;
  if (!ask || !useSession().session || !(await askAgain(ask))) return answer;
  return fetch(marked(request));
}

export const client = createClient<paths>({baseUrl: `${location.origin}/api/v1`, fetch: guarded});

/** A key that lets the API see a repeated POST for what it is (FACES 6.14). */
export function onceKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map(byte => byte.toString(16).padStart(2, '0')).join('');
}

interface Answer<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

/** The value of an answer, or the problem as an exception. */
export async function value<Data>(call: Promise<Answer<Data>>): Promise<Data> {
  return (await tagged(call)).data;
}

/** Value and ETag: what is edited needs both. */
export async function tagged<Data>(call: Promise<Answer<Data>>): Promise<{data: Data; etag: string}> {
  const answer = await call.catch(() => {
    throw new Refused(silence('offline', 0));
  });
  if (!answer.response.ok) throw new Refused(problemOf(answer));
  return {data: answer.data as Data, etag: answer.response.headers.get('ETag') ?? ''};
}

function problemOf(answer: Answer<unknown>): Problem {
  const told = answer.error as Partial<Problem> | undefined;
  if (told && typeof told === 'object' && typeof told.code === 'string') return told as Problem;
  return silence('broken', answer.response.status, answer.response.headers.get('X-Request-Id') ?? '');
}

function silence(which: 'offline' | 'broken', status: number, request_id = ''): Problem {
  return {type: 'about:blank', title: say(`problem.${which}`), status, code: 'internal', message: say(`problem.${which}_text`), hint: '', request_id};
}

/** Who is signed in; null when nobody is. */
export async function readSession(): Promise<void> {
  const answer = await client.GET('/session').catch(() => null);
  setSession(answer?.response.ok ? (answer.data ?? null) : null);
}
