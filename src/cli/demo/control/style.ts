/** The style sheet of the control page. */
export const CONTROL_STYLE = `
:root { color-scheme: light dark; --line: light-dark(#d8dee4, #3a4149); --soft: light-dark(#f6f8fa, #1c2127); --bad: light-dark(#b42318, #ff8a80); }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 2rem 6rem; max-width: 80rem; font: 16px/1.5 system-ui, sans-serif; }
h1, h2, h3 { line-height: 1.2; }
h3 { font-size: 1rem; margin: 0; }
main { display: grid; grid-template-columns: repeat(auto-fit, minmax(20rem, 1fr)); gap: 0 2rem; }
form { border: 1px solid var(--line); border-radius: .5rem; padding: .75rem 1rem; margin: 0 0 1rem; }
form p { margin: .25rem 0; font-size: .875rem; }
label { display: grid; grid-template-columns: 8rem 1fr; gap: .5rem; margin: .4rem 0; }
input, select, button { font: inherit; min-width: 0; }
button { margin-top: .4rem; }
.said { background: var(--soft); border: 1px solid var(--line); border-radius: .5rem; padding: .75rem 1rem .75rem 2rem; }
.said .refused { color: var(--bad); }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { text-align: left; padding: .25rem .75rem .25rem 0; border-top: 1px solid var(--line); }
code { font: .9em ui-monospace, monospace; overflow-wrap: anywhere; }
`;
