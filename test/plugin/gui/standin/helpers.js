// Stand-ins for what OPNsense's page frame offers to a page: just the calls that the plugin's scripts make, with the
// behaviour that they lean on. A real page brings jQuery, Bootstrap dialogs and a Tabulator grid instead.
(() => {
  const csrf = document.querySelector('meta[name=csrf]').content;

  function send(method, url, body, callback) {
    const request = new XMLHttpRequest();
    request.open(method, url);
    if (method === 'POST') request.setRequestHeader('X-CSRFToken', csrf);
    if (body !== undefined) request.setRequestHeader('Content-Type', 'application/json');
    request.onloadend = () => {
      let json;
      try {
        json = JSON.parse(request.responseText);
      } catch {}
      const isGood = request.status >= 200 && request.status < 300 && json !== undefined;
      callback(json, isGood ? 'success' : 'error', request);
    };
    request.send(body);
    return request;
  }

  window.ajaxGet = (url, _data, callback) =>
    send('GET', url, undefined, (json, status) => callback(json ?? {}, status));
  window.ajaxCall = (url, data, callback) =>
    send('POST', url, JSON.stringify(data), (json, status, request) => callback(json ?? request, status));

  // The real one hands title, message and labels to a dialog as markup.
  window.stdDialogConfirm = (title, message, accept, decline, callback, type) => {
    const back = document.createElement('div');
    back.className = 'modal';
    back.innerHTML =
      `<div class="modal-dialog"><h4>${title}</h4><p>${message}</p><div class="modal-footer">` +
      `<button class="btn btn-default">${decline}</button><button class="btn btn-${type}">${accept}</button></div></div>`;
    const [no, yes] = back.querySelectorAll('button');
    no.onclick = () => back.remove();
    yes.onclick = () => {
      back.remove();
      callback();
    };
    document.body.append(back);
  };

  const grids = new Map();

  // The real grid puts in what a formatter gives as markup, and values without a formatter too.
  function createGrid(id, params) {
    const table = document.getElementById(id);
    const columns = [...table.querySelectorAll('th')].map((cell) => ({
      id: cell.dataset.columnId,
      label: cell.textContent,
      formatter: params.options.formatters[cell.dataset.formatter],
      isShown: cell.dataset.visible !== 'false',
    }));
    const shown = columns.filter((column) => column.isShown);
    const frame = document.createElement('div');
    frame.id = id;
    frame.className = 'grid';
    frame.innerHTML =
      '<input class="form-control" type="search" placeholder="Search"><div class="table-responsive"><table class="table">' +
      `<thead><tr>${shown.map((column) => `<th data-column-id="${column.id}">${column.label}</th>`).join('')}</tr></thead>` +
      '<tbody></tbody></table></div><div class="grid-foot"><button class="btn btn-default">‹</button>' +
      '<span class="infos"></span><button class="btn btn-default">›</button></div>';
    table.replaceWith(frame);
    const asked = { current: 1, rowCount: 50, sort: {}, searchPhrase: '' };
    const [back, forth] = frame.querySelectorAll('.grid-foot button');

    function cell(column, row) {
      return column.formatter ? column.formatter({ id: column.id }, row, () => {}) : row[column.id];
    }

    function reload() {
      const body = params.options.requestHandler?.({ ...asked }) ?? { ...asked };
      send('POST', params.search, JSON.stringify(body), (answer) => {
        const rows = answer?.rows ?? [];
        let html = '';
        for (const row of rows) {
          html += `<tr data-row>${shown.map((column) => `<td data-cell="${column.id}">${cell(column, row)}</td>`).join('')}</tr>`;
        }
        frame.querySelector('tbody').innerHTML = html || `<tr><td colspan="${shown.length}">No results found</td></tr>`;
        const first = (asked.current - 1) * asked.rowCount;
        frame.querySelector('.infos').textContent =
          `Showing ${rows.length > 0 ? first + 1 : 0} to ${first + rows.length} of ${answer?.total ?? 0} entries`;
        back.disabled = asked.current === 1;
        forth.disabled = first + rows.length >= (answer?.total ?? 0);
        frame.dataset.loads = String(Number(frame.dataset.loads ?? 0) + 1);
      });
    }

    const turn = (pages) => () => {
      asked.current += pages;
      reload();
    };
    back.onclick = turn(-1);
    forth.onclick = turn(1);
    frame.querySelector('input').oninput = (event) => {
      Object.assign(asked, { searchPhrase: event.target.value, current: 1 });
      reload();
    };
    for (const head of frame.querySelectorAll('th')) {
      head.onclick = () => {
        const id = head.dataset.columnId;
        asked.sort = { [id]: asked.sort[id] === 'asc' ? 'desc' : 'asc' };
        reload();
      };
    }
    grids.set(id, { reload });
    reload();
  }

  // As much of jQuery as the page and the widget use.
  class Found {
    constructor(element) {
      this.element = element;
    }
    ready(work) {
      document.addEventListener('DOMContentLoaded', work);
    }
    append(other) {
      this.element.append(other.element ?? other);
      return this;
    }
    UIBootgrid(params) {
      createGrid(this.element.id, params);
      return this;
    }
    bootgrid(command) {
      grids.get(this.element.id)[command]();
    }
  }

  window.$ = (what) => {
    if (typeof what !== 'string') return new Found(what);
    if (!what.startsWith('<')) return new Found(document.querySelector(what));
    const holder = document.createElement('template');
    holder.innerHTML = what;
    return new Found(holder.content.firstElementChild);
  };
})();
