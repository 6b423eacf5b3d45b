/** What OPNsense's own pages write for lists that nobody filled in, in their order: one blank element each. */
const UNSET_SERVERS = '      <winsserver/>\n      <dnsserver/>\n      <ntpserver/>\n';
const NO_OPTIONS = '      <numberoptions>\n        <item/>\n      </numberoptions>\n';

function range(from: number, to: number, indent = '      '): string {
  return `${indent}<range>\n${indent}  <from>10.10.3.${from}</from>\n${indent}  <to>10.10.3.${to}</to>\n${indent}</range>\n`;
}

function page(more: { enable?: string; before?: string; options?: string; after?: string } = {}): string {
  const { enable = '      <enable>1</enable>\n', before = '', options = NO_OPTIONS, after = '' } = more;
  const algorithm = '      <ddnsdomainalgorithm>hmac-md5</ddnsdomainalgorithm>\n';
  return `    <opt3>\n${enable}${before}${algorithm}${options}${range(210, 220)}${UNSET_SERVERS}${after}    </opt3>\n`;
}

const OPTIONS =
  '      <numberoptions>\n        <item>\n          <number>66</number>\n          <type>text</type>\n          <value>boot</value>\n        </item>\n      </numberoptions>\n';

const POOL =
  '      <pool>\n        <ddnsdomainalgorithm>hmac-md5</ddnsdomainalgorithm>\n        <numberoptions>\n          <item/>\n        </numberoptions>\n' +
  range(230, 240, '        ') +
  '        <winsserver/>\n        <dnsserver/>\n        <ntpserver/>\n      </pool>\n';

const MAP =
  '      <staticmap>\n        <mac>52:54:00:00:00:01</mac>\n        <ipaddr>10.10.3.5</ipaddr>\n        <hostname>printer</hostname>\n' +
  '        <winsserver/>\n        <dnsserver/>\n        <ntpserver/>\n      </staticmap>\n';

/**
 * `<dhcpd>` with opt3 (10.10.3.1/24) as services_dhcp.php and services_dhcp_edit.php of OPNsense save it, and as XML-RPC and
 * hands leave it behind.
 */
export const SAVED_PAGES: Readonly<Record<string, string>> = {
  'the page without options': page(),
  'the page with an option': page({ options: OPTIONS }),
  'the page of an interface without DHCP': page({ enable: '' }),
  'the page with lists of MAC addresses and a gateway': page({
    before:
      '      <gateway>10.10.3.1</gateway>\n      <denyunknown>1</denyunknown>\n      <mac_allow>52:54:00</mac_allow>\n',
  }),
  'the page with a mapping': page({ after: MAP }),
  'the page whose last mapping was deleted': page({ after: '      <staticmap/>\n' }),
  'the page whose last pool was deleted': page({ after: '      <pool/>\n      <staticmap/>\n' }),
  'the page with a second pool and a mapping': page({ after: POOL + MAP }),
  'options without an item': page({ options: '      <numberoptions/>\n' }),
  'options in one line': page({ options: '      <numberoptions><item></item></numberoptions>\n' }),
  'empty texts': page({ before: '      <gateway/>\n      <mac_allow/>\n' }),
  'an interface that was saved with nothing': '    <opt3/>\n',
  'an interface that has no settings': '',
};

/** The list in which the steps of `manage` are taken. */
export const STEPS = ['reservations', 'mask', 'deny_unknown', 'static_arp'] as const;
