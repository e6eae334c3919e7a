import {createI18n} from 'vue-i18n';

export const languages = ['en', 'ru'] as const;
export type Language = (typeof languages)[number];

// 1, 2-4, 5 and more: as Russian counts.
function russian(count: number): number {
  const last = count % 10;
  const teens = count % 100 > 10 && count % 100 < 15;
  if (!teens && last === 1) return 0;
  return !teens && last >= 2 && last <= 4 ? 1 : 2;
}

export const i18n = createI18n({
  legacy: false,
  locale: 'en',
  fallbackLocale: 'en',
  missingWarn: false,
  fallbackWarn: false,
  messages: {} as Record<Language, never>,
  pluralRules: {ru: russian},
});

/** `t` of a key that is only known when it is called; vue-i18n's own type is too deep for that. */
export function say(key: string): string {
  return (i18n.global as unknown as {t: (key: string) => string}).t(key);
}

const files = {en: () => import('./messages/en.json'), ru: () => import('./messages/ru.json')};
const kept = 'hb-language';

export function isLanguage(text: unknown): text is Language {
  return languages.includes(text as Language);
}

/** What the person chose here before, else what the browser asks for, else English. */
export function firstLanguage(): Language {
  const chosen = localStorage.getItem(kept);
  if (isLanguage(chosen)) return chosen;
  return navigator.languages.some(language => /^(ru|be|kk|uk)/.test(language)) ? 'ru' : 'en';
}

/** Loads the file of a language and shows everything in it. */
export async function speak(language: Language, keep = false): Promise<void> {
  if (!i18n.global.availableLocales.includes(language) || Object.keys(i18n.global.getLocaleMessage(language)).length === 0)
    i18n.global.setLocaleMessage(language, (await files[language]()).default as never);
  i18n.global.locale.value = language;
  document.documentElement.lang = language;
  if (keep) localStorage.setItem(kept, language);
}
