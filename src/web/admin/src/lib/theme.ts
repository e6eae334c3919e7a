// Light, dark, or as the machine has it. The kit knows the two classes of <html>.
import {ref} from 'vue';

export type Theme = 'light' | 'dark' | 'auto';

const kept = 'hb-theme';
const machine = matchMedia('(prefers-color-scheme: dark)');
export const theme = ref<Theme>('auto');

function paint(): void {
  const dark = theme.value === 'dark' || (theme.value === 'auto' && machine.matches);
  document.documentElement.classList.toggle('dark', dark);
  document.documentElement.classList.toggle('light', !dark);
}

export function beginTheme(): void {
  const chosen = localStorage.getItem(kept);
  if (chosen === 'light' || chosen === 'dark') theme.value = chosen;
  machine.addEventListener('change', paint);
  paint();
}

/** Turns what is seen now into its opposite, and remembers it. */
export function turnTheme(): void {
  theme.value = document.documentElement.classList.contains('dark') ? 'light' : 'dark';
  localStorage.setItem(kept, theme.value);
  paint();
}
