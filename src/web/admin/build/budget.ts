import {gzipSync} from 'node:zlib';
import type {Plugin} from 'vite';

/**
 * Counts what the heaviest screen loads first: the page, its entry with all it imports, the styles, one
 * language and the screen itself, as gzip. Says so, and ends the build when it is more than `most` bytes.
 * Also refuses a page with an inline script or style, which the policy of the server would not run.
 */
export function budget(most: number): Plugin {
  return {
    name: 'hb-budget',
    apply: 'build',
    generateBundle(_options, bundle) {
      const size = (name: string) => {
        const file = bundle[name];
        if (!file) return 0;
        return gzipSync(file.type === 'chunk' ? file.code : file.source).length;
      };
      const withImports = (name: string, seen = new Set<string>()): Set<string> => {
        const file = bundle[name];
        if (!file || file.type !== 'chunk' || seen.has(name)) return seen;
        seen.add(name);
        for (const other of file.imports) withImports(other, seen);
        return seen;
      };
      const chunks = Object.values(bundle).filter(file => file.type === 'chunk');
      const entry = withImports(chunks.find(file => file.isEntry)!.fileName);
      const styles = Object.keys(bundle).filter(name => name.endsWith('.css'));
      const sum = (names: Iterable<string>) => [...names].reduce((all, name) => all + size(name), 0);
      const base = sum(entry) + sum(styles);
      const language = Math.max(...chunks.filter(file => /\/messages\//.test(file.facadeModuleId ?? '')).map(file => size(file.fileName)));
      const screens = chunks.filter(file => /\/screens\//.test(file.facadeModuleId ?? ''));
      const rows = screens.map(file => ({name: file.name, bytes: base + language + sum([...withImports(file.fileName)].filter(name => !entry.has(name)))}));
      const worst = rows.reduce((one, two) => (two.bytes > one.bytes ? two : one));
      console.log(`first load: ${(worst.bytes / 1000).toFixed(1)} kB gzip at most (${worst.name}), of it styles ${(sum(styles) / 1000).toFixed(1)} kB; budget ${most / 1000} kB`);
      if (worst.bytes > most) this.error(`the first load is ${worst.bytes} bytes, more than ${most}`);
      for (const [name, file] of Object.entries(bundle))
        if (name.endsWith('.html') && file.type === 'asset' && /<style|style=|<script(?![^>]*\ssrc=)|\son[a-z]+=/i.test(String(file.source))) this.error(`${name} has an inline script or style`);
    },
  };
}
