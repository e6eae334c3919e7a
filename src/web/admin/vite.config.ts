import kit from '@bitrix24/b24ui-nuxt/vite';
import vue from '@vitejs/plugin-vue';
import {defineConfig} from 'vitest/config';
import {budget} from './build/budget.ts';

export default defineConfig({
  plugins: [vue(), kit({colorMode: false}), budget(300_000)],
  define: {__VUE_OPTIONS_API__: false, __VUE_PROD_DEVTOOLS__: false, __VUE_I18N_LEGACY_API__: false, __VUE_I18N_FULL_INSTALL__: false, __INTLIFY_PROD_DEVTOOLS__: false},
  build: {outDir: process.env.HB_ADMIN_OUT ?? 'dist', emptyOutDir: true, modulePreload: {polyfill: false}, assetsInlineLimit: 0, chunkSizeWarningLimit: 1000},
  test: {environment: 'happy-dom', include: ['tests/**/*.test.ts']},
});
