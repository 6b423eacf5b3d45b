/*
 * Copyright (C) 2026 The slash32 developers
 * All rights reserved.
 *
 * Redistribution and use in source and binary forms, with or without
 * modification, are permitted provided that the following conditions are met:
 *
 * 1. Redistributions of source code must retain the above copyright notice,
 *    this list of conditions and the following disclaimer.
 *
 * 2. Redistributions in binary form must reproduce the above copyright
 *    notice, this list of conditions and the following disclaimer in the
 *    documentation and/or other materials provided with the distribution.
 *
 * THIS SOFTWARE IS PROVIDED ``AS IS'' AND ANY EXPRESS OR IMPLIED WARRANTIES,
 * INCLUDING, BUT NOT LIMITED TO, THE IMPLIED WARRANTIES OF MERCHANTABILITY
 * AND FITNESS FOR A PARTICULAR PURPOSE ARE DISCLAIMED. IN NO EVENT SHALL THE
 * AUTHOR BE LIABLE FOR ANY DIRECT, INDIRECT, INCIDENTAL, SPECIAL, EXEMPLARY,
 * OR CONSEQUENTIAL DAMAGES (INCLUDING, BUT NOT LIMITED TO, PROCUREMENT OF
 * SUBSTITUTE GOODS OR SERVICES; LOSS OF USE, DATA, OR PROFITS; OR BUSINESS
 * INTERRUPTION) HOWEVER CAUSED AND ON ANY THEORY OF LIABILITY, WHETHER IN
 * CONTRACT, STRICT LIABILITY, OR TORT (INCLUDING NEGLIGENCE OR OTHERWISE)
 * ARISING IN ANY WAY OUT OF THE USE OF THIS SOFTWARE, EVEN IF ADVISED OF THE
 * POSSIBILITY OF SUCH DAMAGE.
 */

// The two tables of the status page: managed reservations, and the last applies.
(() => {
  const { plain, markup, when } = window.slash32;
  /** How an outcome looks; each has a text `outcome_…` in the view. */
  const LOOKS = {
    pending: 'label-warning',
    confirmed: 'label-success',
    kept: 'label-success',
    rolled_back: 'label-primary',
    expired: 'label-danger',
    restored: 'label-danger',
    rebooted: 'label-danger',
  };

  /** Two tables on one page: each as high as its rows, with long texts on several lines. */
  const LAYOUT = { selection: false, disableScroll: true, responsive: true };

  /** The outcome as a coloured word; what this page does not know is shown as it came. */
  function outcome(texts, value) {
    const look = LOOKS[value] ?? 'label-default';
    return `<span class="label ${look}">${markup(texts[`outcome_${value}`] ?? value)}</span>`;
  }

  const text = (column, row) => markup(row[column.id]);
  const code = (column, row) => `<span class="slash32-code">${markup(row[column.id])}</span>`;

  /**
   * Turns the view's tables into OPNsense's grids. Every cell has a formatter of ours, because the grid's own ones put
   * values in as markup. Gives a function that reads both tables again.
   */
  function createTables({ root, texts, url }) {
    const chosen = root.querySelector('[data-part=interface]');
    const [reservations, applies] = ['reservations', 'applies'].map(
      (name) => `#${root.querySelector(`[data-table=${name}]`).id}`,
    );
    $(reservations).UIBootgrid({
      search: `${url}/search_reservation`,
      options: {
        ...LAYOUT,
        requestHandler: (request) => ({ ...request, interface: chosen.value }),
        formatters: { text, code },
      },
    });
    $(applies).UIBootgrid({
      search: `${url}/search_apply`,
      options: {
        ...LAYOUT,
        formatters: {
          text,
          when: (column, row) => markup(when(row[column.id])),
          outcome: (column, row) => outcome(texts, row[column.id]),
          revision: (column, row) =>
            `<span class="slash32-code" title="${markup(row[column.id])}">${markup(plain(row[column.id]).slice(0, 8))}</span>`,
          details: (column, row) => (row[column.id] ?? []).map(markup).join('<br>'),
        },
      },
    });
    chosen.addEventListener('change', () => $(reservations).bootgrid('reload'));

    return function reload() {
      $(reservations).bootgrid('reload');
      $(applies).bootgrid('reload');
    };
  }

  /** Offers the interfaces in the filter; what was chosen stays chosen as long as it is there. */
  function offerInterfaces(select, interfaces) {
    const was = select.value;
    const wanted = interfaces.map((one) => [one.id, `${plain(one.descr)} (${one.count})`]);
    while (select.options.length > 1) select.remove(1);
    for (const [id, name] of wanted) select.add(new Option(name, id));
    select.value = wanted.some(([id]) => id === was) ? was : '';
  }

  Object.assign(window.slash32, { createTables, offerInterfaces, outcome });
})();
