<?php

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

namespace Slash32Test\Edit;

use PHPUnit\Framework\TestCase;
use Slash32Test\Sample;

require_once __DIR__ . '/../fixtures/Sample.php';

final class FirewallTest extends TestCase
{
    public function testWritesAnAliasAndARuleWithOurCategory(): void
    {
        $root = Sample::root();
        $outcome = Sample::apply($root, Sample::body([
            'aliases' => [Sample::alias(), Sample::alias('s32_ports', ['type' => 'port', 'content' => ['22', '80:90']])],
            'rules' => [Sample::rule(), Sample::rule(['descr' => 'new [slash32:home:rule/2]', 'sequence' => 2000, 'log' => true])],
        ]));

        $category = $root->OPNsense->Firewall->Category->categories->category;
        self::assertSame('slash32', (string)$category->name);
        $alias = $root->OPNsense->Firewall->Alias->aliases->alias[2];
        self::assertSame("22\n80:90", (string)$alias->content);
        self::assertSame((string)$category['uuid'], (string)$alias->categories);
        $rule = $root->OPNsense->Firewall->Filter->rules->rule[2];
        foreach (
            ['enabled' => '1', 'sequence' => '2000', 'interface' => 'opt1', 'interfacenot' => '0', 'direction' => 'in', 'log' => '1',
            'source_net' => 's32_web', 'source_not' => '0', 'description' => 'new [slash32:home:rule/2]'] as $field => $text
        ) {
            self::assertSame($text, (string)$rule->$field, $field);
        }
        foreach ([$category, $alias, $rule] as $node) {
            self::assertMatchesRegularExpression('/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/', (string)$node['uuid']);
        }
        self::assertSame(['aliases' => 2, 'rules' => 2], array_intersect_key($outcome->changed, ['aliases' => 1, 'rules' => 1]));
        self::assertSame(['aliases', 'filter'], $outcome->reload);
        self::assertNull($outcome->candidateConf);
    }

    public function testKeepsTheUuidAndTheOtherFieldsOfARuleThatItChanges(): void
    {
        $root = Sample::root();
        Sample::apply($root, Sample::body(['rules' => [Sample::rule(['destination_port' => '443'])]]));
        $rule = $root->OPNsense->Firewall->Filter->rules->rule[1];
        self::assertSame('44444444-4444-4444-8444-444444444444', (string)$rule['uuid']);
        self::assertSame('443', (string)$rule->destination_port);
        self::assertSame('kept', (string)$rule->shaper1);
    }

    public function testTurnsARuleBackThatSomebodyTurnedRound(): void
    {
        $root = Sample::root(['<shaper1>kept' => '<interfacenot>1</interfacenot><shaper1>kept']);
        $outcome = Sample::apply($root, Sample::body(['rules' => [Sample::rule()]]));
        self::assertSame('0', (string)$root->OPNsense->Firewall->Filter->rules->rule[1]->interfacenot);
        self::assertSame(1, $outcome->changed['rules']);
    }

    public function testDeletesTheCloneOfARule(): void
    {
        $root = Sample::root(['</rules>' => '<rule uuid="55555555-5555-4555-8555-555555555555"><interface>opt1</interface>'
            . '<description>web out [slash32:home:rule/1]</description></rule></rules>']);
        $before = Sample::canon($root);
        $outcome = Sample::apply($root, Sample::body(['rules' => [Sample::rule()]]));
        self::assertCount(2, $root->OPNsense->Firewall->Filter->rules->rule);
        Sample::restore($root, $outcome);
        self::assertSame($before, Sample::canon($root));
    }

    public function testSaysNothingOfWhatIsThereAlready(): void
    {
        $root = Sample::root();
        $body = Sample::body(['aliases' => [Sample::alias()], 'rules' => [Sample::rule()]]);
        $models = Sample::context(['models' => Sample::models($root)]);
        Sample::apply($root, $body, $models);
        $before = Sample::canon($root);
        $again = Sample::apply($root, $body, $models);
        self::assertSame([], $again->changes);
        self::assertSame($before, Sample::canon($root));
    }

    public function testRemembersNodesInTheFormThatOpnsenseGivesThem(): void
    {
        $root = Sample::root();
        $before = (string)$root->OPNsense->Firewall->Filter->rules->rule[1]->asXML();
        $outcome = Sample::apply(
            $root,
            Sample::body(['rules' => [Sample::rule(['sequence' => 7])]]),
            Sample::context(['models' => Sample::models($root)])
        );
        self::assertStringContainsString('<statetype>keep</statetype>', array_column($outcome->changes, 'after', 'name')['[slash32:home:rule/1]']);
        self::assertSame([], Sample::restore($root, $outcome)->left);
        self::assertSame($before, (string)$root->OPNsense->Firewall->Filter->rules->rule[1]->asXML());
    }

    public function testRefusesWhatOpnsenseItselfObjectsTo(): void
    {
        $root = Sample::root();
        $error = ['where' => 'rules', 'object' => 'rule/1', 'message' => 'source_net: no such alias.'];
        $context = Sample::context(['models' => Sample::models($root, [$error])]);
        $refusal = Sample::refusal(Sample::body(['rules' => [Sample::rule(['sequence' => 7])]]), $context);
        self::assertSame('model', $refusal->reason);
        self::assertSame([$error], $refusal->errors);
    }

    /** @dataProvider reloads */
    public function testReloadsTheFilterOnlyWherePfReadsIt(array $aliases, array $reload): void
    {
        $root = Sample::root(['<name>s32_web</name>
            <type>host</type>
            <content>10.10.1.60' => '<name>s32_port</name><type>port</type><content>80', '<source_net>s32_web' => '<source_net>any']);
        self::assertSame($reload, Sample::apply($root, Sample::body(['aliases' => $aliases]))->reload);
    }

    public static function reloads(): array
    {
        $port = Sample::alias('s32_port', ['type' => 'port', 'content' => ['80']]);
        return [
            'a new alias of hosts' => [[$port, Sample::alias('s32_new')], ['aliases', 'filter']],
            'a port that changes' => [[['content' => ['81']] + $port], ['aliases', 'filter']],
            'ports that become hosts' => [[Sample::alias('s32_port')], ['aliases', 'filter']],
        ];
    }

    public function testFillsATableWithoutLoadingTheRules(): void
    {
        $root = Sample::root();
        Sample::apply($root, Sample::body(['aliases' => [Sample::alias()]]));
        $outcome = Sample::apply($root, Sample::body(['aliases' => [Sample::alias('s32_web', ['content' => ['10.10.1.61']])]]));
        self::assertSame(['aliases'], $outcome->reload);
    }

    public function testDoesNotLetGoOfAnAliasThatSomebodyUses(): void
    {
        $free = Sample::refusal(Sample::body(['aliases' => [], 'rules' => []]));
        self::assertNull($free);

        $own = Sample::refusal(Sample::body(['aliases' => []]));
        self::assertSame('foreign', $own->reason);
        self::assertStringContainsString('the rule "web out', $own->errors[0]['message']);

        $nat = '<nat><rule><descr>theirs</descr><target>s32_web</target></rule>';
        $foreign = Sample::refusal(Sample::body(['aliases' => [], 'rules' => []]), null, ['<nat>' => $nat]);
        self::assertStringContainsString('the rule "theirs"', $foreign->errors[0]['message']);

        $nested = Sample::refusal(Sample::body(['aliases' => [], 'rules' => []]), null, ['<content>10.10.1.50' => "<content>10.10.1.50\ns32_web"]);
        self::assertStringContainsString('the alias "by hand', $nested->errors[0]['message']);
    }

    public function testNeverTouchesWhatAnotherOwnerHas(): void
    {
        $root = Sample::root();
        $before = Sample::canon($root->OPNsense->Firewall);
        $outcome = Sample::apply($root, ['owner' => 'work'] + Sample::body(['aliases' => [], 'rules' => []]));
        self::assertSame([], $outcome->changes);
        self::assertSame($before, Sample::canon($root->OPNsense->Firewall));
    }

    public function testLeavesAliasesAndRulesAloneThatAreNotNamed(): void
    {
        $root = Sample::root();
        Sample::apply($root, Sample::body(['rules' => []]));
        self::assertCount(2, $root->OPNsense->Firewall->Alias->aliases->alias);
        self::assertCount(1, $root->OPNsense->Firewall->Filter->rules->rule);
        self::assertSame('by hand', (string)$root->OPNsense->Firewall->Filter->rules->rule->description);
    }
}
