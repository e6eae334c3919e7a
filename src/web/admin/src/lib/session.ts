import {reactive, readonly} from 'vue';
import {mayBill, mayConnect} from './roles';

/** Who is signed in. `csrf` goes with every unsafe request (FACES 6.3). */
export interface Session {
  user: {id: number | string; login: string; name: string; roles: string[]};
  csrf: string | null;
  locale?: string;
}

export type Ask = 'over' | 'fresh';

interface State {
  known: boolean;
  session: Session | null;
  ask: Ask | null;
}

const state = reactive<State>({known: false, session: null, ask: null});
let waiting: {promise: Promise<boolean>; settle: (again: boolean) => void} | null = null;

export function useSession() {
  return readonly(state) as State;
}

export function roles(): string[] {
  return state.session?.user.roles ?? [];
}

export const canBill = () => mayBill(roles());
export const canConnect = () => mayConnect(roles());

export function setSession(session: Session | null): void {
  state.session = session;
  state.known = true;
}

/**
 * Opens the dialog over the page, which stays as it is with all that was typed, and waits for its
 * end: true when the person signed in (or proved the password) again. Requests that come meanwhile
 * wait for the same dialog.
 */
export function askAgain(ask: Ask): Promise<boolean> {
  if (waiting) return waiting.promise;
  let settle: (again: boolean) => void = () => undefined;
  const promise = new Promise<boolean>(resolve => (settle = resolve));
  waiting = {promise, settle};
  state.ask = ask;
  return promise;
}

export function answerAsk(again: boolean): void {
  state.ask = null;
  const was = waiting;
  waiting = null;
  was?.settle(again);
}
