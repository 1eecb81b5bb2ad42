import { defineConfig, type Plugin } from 'vite';

// Two builds of the same sources: the inspector's page, and with `--mode report` the template of
// `tranche report`, one file with its script and style inside.
export default defineConfig(({ mode }) => {
  const esbuild = { jsx: 'automatic', jsxImportSource: 'preact' } as const;
  // TRANCHE_INSPECTOR=http://127.0.0.1:8080 npm run dev: the page from here, the answers from there.
  const server = { proxy: { '/api': process.env.TRANCHE_INSPECTOR ?? 'http://127.0.0.1:8080' } };
  if (mode !== 'report') {
    return { esbuild, server, build: { target: 'es2021', modulePreload: { polyfill: false } } };
  }
  return {
    esbuild,
    plugins: [oneFile()],
    build: {
      target: 'es2021',
      emptyOutDir: false,
      assetsInlineLimit: Number.MAX_SAFE_INTEGER,
      modulePreload: { polyfill: false },
      rollupOptions: { input: 'report.html' },
    },
  };
});

// Puts scripts and styles into the page that refers to them.
function oneFile(): Plugin {
  return {
    name: 'tranche-one-file',
    enforce: 'post',
    generateBundle(_options, bundle) {
      const page = bundle['report.html'];
      if (page?.type !== 'asset') throw new Error('report.html was not built');
      let html = String(page.source);
      for (const [name, file] of Object.entries(bundle)) {
        if (file === page) continue;
        const tag = new RegExp(`<(?:script|link)[^>]*"[^"]*${name}"[^>]*>(?:</script>)?`);
        if (!tag.test(html)) throw new Error(`report.html does not refer to ${name}`);
        // A replacement function, as a string's $ would be interpreted.
        if (file.type === 'chunk') {
          const code = file.code.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--');
          html = html.replace(tag, '');
          html = html.replace('</body>', () => `<script type="module">${code}</script>\n</body>`);
        } else {
          html = html.replace(tag, () => `<style>${String(file.source)}</style>`);
        }
        delete bundle[name];
      }
      page.source = html;
    },
  };
}
