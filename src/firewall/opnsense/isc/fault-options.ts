import { childrenNamed, type XmlElement } from '../../../xml/element.js';
import type { Report } from './fault-report.js';
import { isOptionType, isOptionValue } from './fault-values.js';
import { isArray, isEmpty, listed, scalar } from './values.js';

/**
 * Additional options (`<numberoptions>`). Their definitions are global and written for every interface under `<dhcpd>`,
 * for disabled ones as well; their values only for those that are served.
 */
export function checkOptions(element: XmlElement, served: boolean, report: Report): void {
  const holders = childrenNamed(element, 'numberoptions');
  if (holders.length !== 1) {
    if (holders.length > 1)
      report.warn('options', 'numberoptions', 'The tag stands there twice, so OPNsense passes over both.');
    return;
  }
  for (const [index, item] of listed(holders[0], 'item').entries()) {
    const object = `option ${index + 1} of numberoptions`;
    if (item.children.length === 0) {
      report.fault(object, 'It has no fields, which makes OPNsense fail while it writes dhcpd.conf.');
      continue;
    }
    checkItem(item, `${object} (number ${scalar(item, 'number') || 'missing'})`, served, report);
  }
}

function checkItem(item: XmlElement, object: string, served: boolean, report: Report): void {
  const number = scalar(item, 'number');
  const type = scalar(item, 'type');
  const value = scalar(item, 'value');
  if (!/^\s*-?\d+\s*$/.test(number))
    report.fault(object, 'Its number is no whole number, and dhcpd refuses its definition.');
  else if (Number(number) < 1 || Number(number) > 254)
    report.warn('options', object, 'DHCP has the option numbers 1 to 254 only.');
  const known = isEmpty(type) || isOptionType(type);
  if (!known || isArray(item, 'type')) {
    report.fault(object, `dhcpd does not know the type ${JSON.stringify(type)}.`);
    return;
  }
  if (!served) return;
  if (!isOptionValue(isEmpty(type) ? 'text' : type, value))
    report.fault(
      object,
      `dhcpd refuses the value ${JSON.stringify(value)} for the type ${isEmpty(type) ? 'text' : type}.`,
    );
  else if (Number(number) === 1 && (isEmpty(type) || type === 'text'))
    report.warn('mask', object, 'Its type is text, so clients get the letters of the mask instead of a mask.');
}
