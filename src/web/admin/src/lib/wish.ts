// A wish about something that others may change meanwhile. It goes out with the ETag of what the
// person saw; on 412 the newest version is read and both are shown, and what was typed is kept.
import {ref, shallowRef, type Ref, type ShallowRef} from 'vue';
import {isStale} from '../api/client';

export interface Seen<T> {
  data: T;
  etag: string;
}

export interface Wish<T> {
  /** The name of what is under way or was refused; '' when nothing is. */
  doing: Ref<string>;
  busy: Ref<boolean>;
  error: ShallowRef<unknown>;
  /** Set after a 412: what the person saw, and what is there now. */
  stale: ShallowRef<{mine: T; theirs: T} | null>;
  /** True when it was done. `from` is the version that typed text began with, where it is not the newest that was read. */
  ask: (name: string, call: (etag: string) => Promise<unknown>, from?: Seen<T>) => Promise<boolean>;
  /** The same wish once more, on top of what is there now. */
  again: () => Promise<boolean>;
  /** Leaves the wish, and what is there now stays. */
  drop: () => void;
}

export function useWish<T>(seen: () => Seen<T> | undefined, readAnew: () => Promise<Seen<T>>, done: () => unknown = () => undefined, late = isStale): Wish<T> {
  const doing = ref('');
  const busy = ref(false);
  const error = shallowRef<unknown>(null);
  const stale = shallowRef<{mine: T; theirs: T} | null>(null);
  let call: ((etag: string) => Promise<unknown>) | null = null;

  async function attempt(version: Seen<T>): Promise<boolean> {
    busy.value = true;
    error.value = null;
    try {
      await call!(version.etag);
      drop();
      await done();
      return true;
    } catch (problem) {
      if (late(problem)) await meet(version);
      else error.value = problem;
      return false;
    } finally {
      busy.value = false;
    }
  }
  async function meet(version: Seen<T>): Promise<void> {
    try {
      const now = await readAnew();
      stale.value = {mine: version.data, theirs: now.data};
    } catch (problem) {
      error.value = problem;
    }
  }
  async function ask(name: string, wanted: (etag: string) => Promise<unknown>, from?: Seen<T>): Promise<boolean> {
    const version = from ?? seen();
    if (!version || busy.value) return false;
    doing.value = name;
    call = wanted;
    return attempt(version);
  }
  async function again(): Promise<boolean> {
    const version = seen();
    stale.value = null;
    return version && call ? attempt(version) : false;
  }
  function drop(): void {
    stale.value = null;
    error.value = null;
    doing.value = '';
    call = null;
  }
  return {doing, busy, error, stale, ask, again, drop};
}
