import type {Shape} from '../api/client';

type Op = Shape['Op'];

export interface Heap {
  key: string;
  remote: string;
  state: string;
  kind: string;
  cause: string;
  ops: Op[];
  due: string;
}

const urgency = ['parked', 'uncertain', 'in_flight', 'pending'];

/** Writes that wait for the same reason are one row: place, state, kind, cause. What waits for a person is first. */
export function heaps(ops: Op[]): Heap[] {
  const found = new Map<string, Heap>();
  for (const op of ops) {
    const parts = [op.remote ?? '', op.state, op.kind, op.last_error ?? ''];
    const key = JSON.stringify(parts);
    const heap = found.get(key) ?? {key, remote: parts[0]!, state: op.state, kind: op.kind, cause: parts[3]!, ops: [], due: ''};
    heap.ops.push(op);
    if (op.due_at && (!heap.due || op.due_at < heap.due)) heap.due = op.due_at;
    found.set(key, heap);
  }
  return [...found.values()].sort((one, two) => urgency.indexOf(one.state) - urgency.indexOf(two.state) || two.ops.length - one.ops.length);
}
