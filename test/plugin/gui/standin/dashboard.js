// Stand-ins for the base classes of OPNsense's dashboard, and a dashboard of one widget. Like the real one it puts the
// cells of a table in as markup.
window.BaseWidget = class {
  constructor() {
    this.translations = {};
    this.tickTimeout = 10;
  }
  setTranslations(translations) {
    this.translations = translations;
  }
  ajaxCall(url) {
    return fetch(url).then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(String(answer.status)))));
  }
  onWidgetClose() {}
};

window.BaseTableWidget = class extends window.BaseWidget {
  createTable(id) {
    return window.$(`<div class="flextable-container" id="${id}"></div>`);
  }
  updateTable(id, rows) {
    document.getElementById(id).innerHTML = rows
      .map(([head, cell]) => {
        const cells = Array.isArray(cell) ? cell.map((one) => `<div>${one}</div>`).join('') : cell;
        return `<div class="flextable-row"><b>${head}</b><div class="cell">${cells}</div></div>`;
      })
      .join('');
  }
};

window.startDashboard = async (place, translations) => {
  const { default: Widget } = await import('/ui/js/widgets/Slash32.js');
  const widget = new Widget();
  widget.setTranslations(translations);
  place.append(widget.getMarkup().element);
  await widget.onMarkupRendered();
  const tick = () => widget.onWidgetTick().catch(() => place.classList.add('widget-failed'));
  await tick();
  setInterval(tick, 1000);
};
