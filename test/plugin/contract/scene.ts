import { createSimUser } from '../../../src/sim/opnsense/users.js';

export const USERS = {
  slash32: createSimUser('slash32', ['page-services-slash32-api']),
  admin: createSimUser('admin', ['page-all']),
  reader: createSimUser('reader', ['page-all', 'user-config-readonly']),
  nobody: createSimUser('nobody', ['page-status-interfaces']),
} as const;

/** Redirects may stand on every port of every interface. */
export const PUBLISHES = ['wan', 'opt1', 'opt2', 'opt3', 'opt4', 'opt9', 'dmz'].flatMap((id) =>
  ['tcp', 'udp'].map((protocol) => `${id} ${protocol}/1-65535`),
);

/** opt1 and opt2 are in scope, opt3 is not; WAN has a dynamic address, opt4 is off, dmz is a group. opt1 has a foreign entry with a field of its own, and one of the owner `work`. */
export const CONFIG = `<?xml version="1.0"?>
<opnsense>
  <system>
    <hostname>fw</hostname>
    <domain>internal</domain>
  </system>
  <interfaces>
    <wan>
      <if>em0</if>
      <enable>1</enable>
      <ipaddr>dhcp</ipaddr>
    </wan>
    <opt1>
      <if>em1</if>
      <descr>SERVERS</descr>
      <enable>1</enable>
      <ipaddr>10.10.1.1</ipaddr>
      <subnet>24</subnet>
    </opt1>
    <opt2>
      <if>em2</if>
      <descr>LOOP</descr>
      <enable>1</enable>
      <ipaddr>127.0.0.2</ipaddr>
      <subnet>8</subnet>
    </opt2>
    <opt3>
      <if>em3</if>
      <descr>DMZ</descr>
      <enable>1</enable>
      <ipaddr>10.10.3.1</ipaddr>
      <subnet>24</subnet>
    </opt3>
    <opt4>
      <if>em4</if>
      <descr>UNPLUGGED</descr>
      <ipaddr>10.10.4.1</ipaddr>
      <subnet>24</subnet>
    </opt4>
    <dmz>
      <if>dmz</if>
      <descr>dmz</descr>
      <enable>1</enable>
      <virtual>1</virtual>
      <type>group</type>
    </dmz>
  </interfaces>
  <ifgroups>
    <ifgroupentry uuid="66666666-6666-4666-8666-666666666666">
      <ifname>dmz</ifname>
      <members>opt3</members>
    </ifgroupentry>
  </ifgroups>
  <nat>
    <outbound>
      <mode>automatic</mode>
    </outbound>
    <rule uuid="33333333-3333-4333-8333-333333333333">
      <sequence>1</sequence>
      <interface>wan</interface>
      <ipprotocol>inet</ipprotocol>
      <protocol>tcp</protocol>
      <source>
        <any>1</any>
      </source>
      <destination>
        <network>wanip</network>
        <port>8005</port>
      </destination>
      <target>10.10.3.11</target>
      <local-port>80</local-port>
      <descr>by hand</descr>
    </rule>
    <rule uuid="44444444-4444-4444-8444-444444444444">
      <disabled>1</disabled>
      <interface>wan</interface>
      <protocol>tcp</protocol>
      <destination>
        <network>wanip</network>
        <port>90</port>
      </destination>
      <target>10.10.3.11</target>
    </rule>
    <rule uuid="55555555-5555-4555-8555-555555555555">
      <interface>opt1</interface>
      <protocol>tcp/udp</protocol>
      <destination>
        <address>10.10.1.1</address>
        <port>81</port>
      </destination>
      <target>10.10.3.11</target>
    </rule>
  </nat>
  <virtualip>
    <vip>
      <mode>carp</mode>
      <interface>opt1</interface>
      <vhid>7</vhid>
      <subnet>10.10.1.250</subnet>
      <subnet_bits>24</subnet_bits>
    </vip>
  </virtualip>
  <dhcpd>
    <opt1>
      <enable>1</enable>
      <range>
        <from>10.10.1.200</from>
        <to>10.10.1.240</to>
      </range>
      <numberoptions>
        <item>
          <number>252</number>
          <type>text</type>
          <value>kept</value>
        </item>
      </numberoptions>
      <ddnsdomainkey>very-secret</ddnsdomainkey>
      <staticmap>
        <mac>52:54:00:01:00:01</mac>
        <ipaddr>10.10.1.150</ipaddr>
        <hostname>hand</hostname>
        <descr>By hand &amp; kept</descr>
        <bootfilename>own.img</bootfilename>
      </staticmap>
      <staticmap>
        <mac>52:54:00:01:00:02</mac>
        <ipaddr>10.10.1.160</ipaddr>
        <hostname>other</hostname>
        <descr>other [slash32:work:default/other/eth0:00000001]</descr>
      </staticmap>
    </opt1>
    <opt2>
      <enable>1</enable>
      <range>
        <from>127.0.9.1</from>
        <to>127.0.9.9</to>
      </range>
    </opt2>
  </dhcpd>
  <OPNsense>
    <Firewall>
      <Alias>
        <aliases>
          <alias uuid="11111111-1111-4111-8111-111111111111">
            <enabled>1</enabled>
            <name>by_hand</name>
            <type>host</type>
            <content>10.10.1.150</content>
            <description>by hand</description>
          </alias>
        </aliases>
      </Alias>
      <Filter>
        <rules>
          <rule uuid="22222222-2222-4222-8222-222222222222">
            <enabled>1</enabled>
            <action>pass</action>
            <interface>opt1</interface>
            <description>by hand</description>
          </rule>
        </rules>
      </Filter>
    </Firewall>
    <Slash32 version="1.1.0">
      <general>
        <interfaces>opt1,opt2</interfaces>
        <publishes>${PUBLISHES.join('\n')}</publishes>
        <owner_users/>
        <max_confirm_seconds>600</max_confirm_seconds>
        <ha_push>0</ha_push>
      </general>
    </Slash32>
  </OPNsense>
  <revision>
    <username>(root)</username>
    <time>1795316375.44</time>
    <description>sample</description>
  </revision>
</opnsense>
`;
