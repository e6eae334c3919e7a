import {expect, test, vi} from 'vitest';
import {Refused, type Problem} from '../src/api/client';
import {useWish, type Seen} from '../src/lib/wish';

const refusal = (status: number, code: string) => new Refused({type: '', title: '', status, code: code as Problem['code'], message: 'no', hint: '', request_id: 'q'});

function setting() {
  const state = {seen: {data: 'old', etag: '"1"'} as Seen<string>, newest: {data: 'new', etag: '"2"'} as Seen<string>};
  const done = vi.fn();
  const wish = useWish(() => state.seen, async () => (state.seen = state.newest), done);
  return {state, done, wish};
}

test('a wish goes out with the tag of what was seen', async () => {
  const {wish, done} = setting();
  const call = vi.fn(async () => undefined);
  expect(await wish.ask('send', call)).toBe(true);
  expect(call).toHaveBeenCalledExactlyOnceWith('"1"');
  expect(done).toHaveBeenCalledOnce();
  expect(wish.doing.value).toBe('');
});
test('a 412 reads anew, shows both and sends nothing by itself', async () => {
  const {wish, done} = setting();
  const call = vi.fn(async (etag: string) => {
    if (etag === '"1"') throw refusal(412, 'stale');
  });
  expect(await wish.ask('note', call)).toBe(false);
  expect(wish.stale.value).toEqual({mine: 'old', theirs: 'new'});
  expect(call).toHaveBeenCalledTimes(1);
  expect(done).not.toHaveBeenCalled();
  expect(await wish.again()).toBe(true);
  expect(call).toHaveBeenLastCalledWith('"2"');
  expect(wish.stale.value).toBeNull();
});
test('a second colleague is met as the first was', async () => {
  const {wish, state} = setting();
  await wish.ask('note', async () => {
    throw refusal(412, 'stale');
  });
  state.newest = {data: 'newer', etag: '"3"'};
  expect(await wish.again()).toBe(false);
  expect(wish.stale.value).toEqual({mine: 'new', theirs: 'newer'});
});
test('what was dropped does not go out later', async () => {
  const {wish} = setting();
  const call = vi.fn(async () => {
    throw refusal(412, 'stale');
  });
  await wish.ask('send', call);
  wish.drop();
  expect(await wish.again()).toBe(false);
  expect(call).toHaveBeenCalledTimes(1);
});
test('another refusal is shown, not asked about', async () => {
  const {wish} = setting();
  await wish.ask('send', async () => {
    throw refusal(409, 'conflict');
  });
  expect(wish.stale.value).toBeNull();
  expect((wish.error.value as Refused).code).toBe('conflict');
});
test('typed text goes out with the tag it began with, though a newer version was read meanwhile', async () => {
  const {wish, state} = setting();
  const began = state.seen;
  state.seen = state.newest;
  const call = vi.fn(async () => undefined);
  await wish.ask('note', call, began);
  expect(call).toHaveBeenCalledWith('"1"');
});
test('two clicks make one wish', async () => {
  const {wish} = setting();
  let go = () => undefined as void;
  const call = vi.fn(() => new Promise<void>(done => (go = done)));
  const first = wish.ask('send', call);
  expect(await wish.ask('send', call)).toBe(false);
  go();
  expect(await first).toBe(true);
  expect(call).toHaveBeenCalledTimes(1);
});
