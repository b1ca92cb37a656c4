// Bundles the figures:
//   node figures.mjs <sources> <folder for the figures> <script of the pages> <hero's source> <hero's script>
// Each figure becomes one ES module with its kernels inside, as anywidget wants it in a notebook; all
// of them together, with what mounts them, one plain script for the book, which runs from file:// too.

import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { build } from "esbuild";

const [source, figuresFolder, pageScript, hero, heroScript] = process.argv.slice(2);
const names = readdirSync(source)
  .filter(
    (name) => name.endsWith(".js") && readFileSync(join(source, name), "utf8").includes("\nexport default widget("),
  )
  .map((name) => basename(name, ".js"))
  .sort();

const shared = {
  bundle: true,
  minify: true,
  charset: "utf8",
  target: "es2022",
  legalComments: "none",
  loader: { ".wasm": "binary" },
};
const lines = names.map((name) => `import ${name} from ${JSON.stringify(join(source, `${name}.js`))};`);
const listOfFigures = {
  name: "figures",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^figures$/ }, () => ({ path: "figures", namespace: "list" }));
    const contents = `${lines.join("\n")}\nexport default { ${names.join(", ")} };`;
    onLoad({ filter: /.*/, namespace: "list" }, () => ({ contents, resolveDir: source }));
  },
};

await build({
  ...shared,
  format: "esm",
  entryPoints: names.map((name) => join(source, `${name}.js`)),
  outdir: figuresFolder,
});
await build({
  ...shared,
  format: "iife",
  entryPoints: [join(source, "page.js")],
  plugins: [listOfFigures],
  outfile: pageScript,
});
await build({ ...shared, format: "iife", entryPoints: [hero], outfile: heroScript });
