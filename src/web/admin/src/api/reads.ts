// What the screens read, one function each, with the keys by which a change makes them read again.
import {keepPreviousData, useInfiniteQuery, useQuery} from '@tanstack/vue-query';
import {computed, toValue, type MaybeRefOrGetter} from 'vue';
import {client, tagged, value} from './client';

type Ask<T> = MaybeRefOrGetter<T>;

export function useOverview(enabled: Ask<boolean> = true) {
  return useQuery({queryKey: ['overview'], queryFn: () => value(client.GET('/overview')), enabled, refetchInterval: 60_000});
}
export function useRemotes(enabled: Ask<boolean> = true) {
  return useQuery({queryKey: ['remotes'], queryFn: () => value(client.GET('/remotes')), enabled, refetchInterval: 30_000});
}
export function useMonth(month: Ask<string>) {
  return useQuery({
    queryKey: ['month', month],
    queryFn: () => value(client.GET('/month', {params: {query: {month: toValue(month)}}})),
    placeholderData: keepPreviousData,
  });
}
export function useReports(query: Ask<{state?: string; client?: string; search?: string}>, enabled: Ask<boolean> = true) {
  const kept = computed(() => toValue(query));
  return useInfiniteQuery({
    queryKey: ['reports', kept],
    queryFn: ({pageParam}) =>
      value(client.GET('/reports', {params: {query: {...(kept.value as object), limit: 100, ...(pageParam ? {cursor: pageParam} : {})}}})),
    initialPageParam: '',
    getNextPageParam: page => page.next ?? undefined,
    placeholderData: keepPreviousData,
    enabled,
  });
}
export function useReport(id: Ask<number>) {
  return useQuery({queryKey: ['report', id], queryFn: () => tagged(client.GET('/reports/{id}', {params: {path: {id: toValue(id)}}}))});
}
export function useLines(id: Ask<number>, by: Ask<'project' | 'person'>) {
  return useQuery({
    queryKey: ['lines', id, by],
    queryFn: () => value(client.GET('/reports/{id}/lines', {params: {path: {id: toValue(id)}, query: {by: toValue(by)}}})),
    placeholderData: keepPreviousData,
  });
}
export function useHistory(id: Ask<number>, enabled: Ask<boolean>) {
  return useQuery({queryKey: ['history', id], queryFn: () => value(client.GET('/reports/{id}/history', {params: {path: {id: toValue(id)}}})), enabled});
}
export function useNeeds(enabled: Ask<boolean> = true) {
  return useQuery({queryKey: ['needs'], queryFn: () => value(client.GET('/needs', {params: {query: {limit: 200}}})), enabled, refetchInterval: 60_000});
}
export function useClients(all: Ask<boolean>, name: Ask<string>) {
  return useQuery({
    queryKey: ['clients', all, name],
    queryFn: () => value(client.GET('/clients', {params: {query: {limit: 200, ...(toValue(all) ? {all: true} : {}), ...(toValue(name) ? {name: toValue(name)} : {})}}})),
    placeholderData: keepPreviousData,
  });
}
export function useContracts(ref: Ask<string>) {
  return useQuery({queryKey: ['contracts', ref], queryFn: () => tagged(client.GET('/clients/{ref}/contracts', {params: {path: {ref: toValue(ref)}}}))});
}
const waiting = ['parked', 'uncertain', 'in_flight', 'pending'] as const;

/** What was not written yet, what waits for a person first. */
export function useOutbox(enabled: Ask<boolean>) {
  return useQuery({
    queryKey: ['outbox'],
    queryFn: async () => {
      const pages = await Promise.all(waiting.map(state => value(client.GET('/outbox', {params: {query: {state, limit: 200}}}))));
      return {ops: pages.flatMap(page => page.ops), more: pages.some(page => page.next !== null)};
    },
    enabled,
    refetchInterval: 15_000,
  });
}
export function useMappings(enabled: Ask<boolean>) {
  return useQuery({queryKey: ['mappings'], queryFn: () => value(client.GET('/mappings')), enabled});
}
export function useMapping(name: Ask<string>) {
  return useQuery({queryKey: ['mapping', name], queryFn: () => value(client.GET('/mappings/{name}', {params: {path: {name: toValue(name)}}})), refetchOnWindowFocus: false, staleTime: Infinity});
}
