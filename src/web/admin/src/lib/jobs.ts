// Long work goes on in the program; its number is kept in the tab, so a reload finds it again.
import {onScopeDispose, ref, type Ref} from 'vue';
import {client, value, type Shape} from '../api/client';

export type Job = Shape['Job'];

export interface Watched {
  job: Ref<Job | null>;
  error: Ref<unknown>;
  busy: Ref<boolean>;
  run: (begin: () => Promise<Shape['JobStarted']>) => Promise<void>;
}

export function isOver(job: Pick<Job, 'state'>): boolean {
  return job.state === 'done' || job.state === 'failed';
}

/** Starts a job and follows it until it is over; `finished` is called once, whichever way it ended. */
export function useJob(name: string, finished: (job: Job) => void, every = 500): Watched {
  const kept = `hb-job-${name}`;
  const job = ref<Job | null>(null);
  const error = ref<unknown>(null);
  const busy = ref(false);
  let gone = false;
  onScopeDispose(() => (gone = true));

  async function follow(id: string): Promise<void> {
    for (;;) {
      job.value = await value(client.GET('/jobs/{id}', {params: {path: {id}}}));
      if (gone || isOver(job.value)) break;
      await new Promise(resolve => setTimeout(resolve, every));
    }
    if (gone) return;
    sessionStorage.removeItem(kept);
    finished(job.value!);
  }
  async function tried(work: () => Promise<void>): Promise<void> {
    busy.value = true;
    error.value = null;
    try {
      await work();
    } catch (problem) {
      error.value = problem;
      sessionStorage.removeItem(kept);
    } finally {
      busy.value = false;
    }
  }
  const run = (begin: () => Promise<Shape['JobStarted']>) =>
    tried(async () => {
      const {job: id} = await begin();
      sessionStorage.setItem(kept, id);
      await follow(id);
    });
  const before = sessionStorage.getItem(kept);
  if (before) void tried(() => follow(before));
  return {job, error, busy, run};
}
