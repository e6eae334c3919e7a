import './main.css';
import {QueryClient, VueQueryPlugin} from '@tanstack/vue-query';
import {createApp} from 'vue';
import App from './App.vue';
import {Refused, readSession} from './api/client';
import {firstLanguage, i18n, speak} from './i18n';
import {beginTheme} from './lib/theme';
import {router} from './router';

// What was refused for a reason is not asked again by itself; no answer and "busy" are, twice.
function worthAsking(failed: number, error: unknown): boolean {
  return failed < 2 && error instanceof Refused && (error.status === 0 || error.code === 'busy');
}

const queries = new QueryClient({defaultOptions: {queries: {retry: worthAsking, staleTime: 5_000, refetchOnWindowFocus: true}}});

async function begin(): Promise<void> {
  beginTheme();
  await Promise.all([speak(firstLanguage()), readSession()]);
  createApp(App).use(i18n).use(VueQueryPlugin, {queryClient: queries}).use(router).mount('#app');
}

void begin();
