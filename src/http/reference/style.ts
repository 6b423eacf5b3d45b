/** The style sheet of the pages: the reader's own fonts and colours of light and dark, nothing that has to be loaded. */
export const STYLE = `
:root { color-scheme: light dark; --line: light-dark(#d8dee4, #3a4149); --faint: light-dark(#59636e, #9aa4af); --accent: light-dark(#1f6feb, #6cb0ff); --soft: light-dark(#f6f8fa, #1c2127); }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; display: grid; grid-template-columns: minmax(15rem, 20rem) minmax(0, 1fr); }
a { color: var(--accent); text-decoration: none; }
a:hover, a:focus { text-decoration: underline; }
nav { border-right: 1px solid var(--line); padding: 1.5rem 1rem; height: 100vh; position: sticky; top: 0; overflow: auto; font-size: .875rem; }
nav ul { list-style: none; margin: 0 0 1rem; padding: 0; }
nav li { margin: .15rem 0; overflow-wrap: anywhere; }
nav h2 { font-size: .875rem; margin: 0; border: 0; }
main { padding: 1.5rem 2rem 6rem; max-width: 70rem; }
h1 { margin-top: 0; }
h2 { border-bottom: 1px solid var(--line); padding-bottom: .3rem; margin-top: 2.5rem; }
section.operation, section.schema { border: 1px solid var(--line); border-radius: .5rem; padding: .5rem 1rem 1rem; margin: 1rem 0; scroll-margin-top: 1rem; }
section:target { border-color: var(--accent); }
.method { display: inline-block; min-width: 3.2rem; font: 600 .8rem ui-monospace, monospace; text-transform: uppercase; color: var(--accent); }
.method.post { color: light-dark(#9a6700, #e3b341); }
.faint { color: var(--faint); font-size: .85rem; overflow-wrap: anywhere; }
code { font: .875em ui-monospace, monospace; background: var(--soft); padding: .1em .3em; border-radius: .25rem; overflow-wrap: anywhere; }
h3 code { background: none; padding: 0; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0; border-top: 1px solid var(--line); font-weight: normal; }
caption { text-align: left; font-weight: 600; padding: .6rem 0 .2rem; }
@media (max-width: 48rem) { body { display: block; } nav { position: static; height: auto; border-right: 0; border-bottom: 1px solid var(--line); } main { padding: 1rem; } }
@media print { nav { display: none; } body { display: block; } }
`;
