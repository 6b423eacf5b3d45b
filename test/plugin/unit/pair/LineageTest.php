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

namespace Slash32Test\Pair;

use OPNsense\Slash32\Engine\Store;
use OPNsense\Slash32\Pair\Lineage;
use Slash32Test\Engine\BoxCase;

require_once __DIR__ . '/../engine/BoxCase.php';

final class LineageTest extends BoxCase
{
    private const SECTIONS = ['dhcpd', 'OPNsense.Firewall.Alias', 'system.user'];
    private const MERGE = 'Merged dhcpd config sections from XMLRPC client.';
    private int $time = 1000;

    public function testDoesNotCallANodeUnchangedThatNobodyEverSynchronised(): void
    {
        $this->save('somebody', 'by hand', 'a');
        self::assertNull($this->lineage()->changed(self::SECTIONS));
        $this->save('root', self::MERGE, 'b');
        self::assertSame([], $this->lineage()->changed(self::SECTIONS));
        $this->save('somebody', 'by hand once more', 'c');
        self::assertCount(1, $this->lineage()->changed(self::SECTIONS));
    }

    public function testNamesWhoSavedWhatIsShared(): void
    {
        $this->save('root', self::MERGE, 'a');
        $this->lineage()->remember(self::SECTIONS, $this->time);
        self::assertSame([], $this->lineage()->changed(self::SECTIONS));
        $this->save('root', 'a theme', 'a', 'dark');
        self::assertSame([], $this->lineage()->changed(self::SECTIONS));
        $this->save('root@10.0.0.9', 'an <alias> & more', 'b');
        $this->save('root', 'a theme', 'b', 'light');
        self::assertSame(
            [['at' => 1003, 'user' => 'root@10.0.0.9', 'description' => 'an <alias> & more']],
            $this->lineage()->changed(self::SECTIONS)
        );
    }

    public function testASaveInTheSameSecondCounts(): void
    {
        $this->save('root', self::MERGE, 'a');
        $this->lineage()->remember(self::SECTIONS, $this->time + 1);
        $this->save('root', 'by hand', 'b');
        self::assertCount(1, $this->lineage()->changed(self::SECTIONS));
    }

    public function testWhatASynchronisationByHandBroughtIsNobodysChange(): void
    {
        $this->save('root', self::MERGE, 'a');
        $this->lineage()->remember(self::SECTIONS, $this->time);
        $this->save('root', 'by hand', 'b');
        $this->save('root', self::MERGE, 'c');
        self::assertSame([], $this->lineage()->changed(self::SECTIONS));
        self::assertSame($this->time, $this->lineage()->lastMerge());
        $this->save('root', 'by hand again', 'd');
        self::assertSame(['by hand again'], array_column($this->lineage()->changed(self::SECTIONS), 'description'));
    }

    public function testWhatAnUpgradeWritesByItselfIsNobodysChange(): void
    {
        $this->save('root', self::MERGE, 'a');
        $this->lineage()->remember(self::SECTIONS, $this->time);
        $this->save('root', '/usr/local/opnsense/mvc/script/run_migrations.php made changes', 'b');
        self::assertSame([], $this->lineage()->changed(self::SECTIONS));
    }

    public function testAnOlderSaveThatIsGoneIsNotTakenForNone(): void
    {
        $this->save('root', self::MERGE, 'a');
        $this->lineage()->remember(self::SECTIONS, $this->time);
        $this->save('root', 'by hand', 'b');
        array_map('unlink', glob($this->paths->backups() . '/*'));
        self::assertCount(1, $this->lineage()->changed(self::SECTIONS));
    }

    private function lineage(): Lineage
    {
        return new Lineage($this->paths, new Store($this->paths));
    }

    private function save(string $user, string $description, string $alias, string $theme = ''): void
    {
        $this->time++;
        $text = sprintf(
            '<opnsense><theme>%s</theme><OPNsense><Firewall><Alias persisted_at="%d"><aliases><alias uuid="1"><name>%s</name></alias>'
            . '</aliases></Alias></Firewall></OPNsense><revision><username>%s</username><description>%s</description>'
            . '<time>%d.25</time></revision></opnsense>',
            $theme,
            $this->time,
            $alias,
            $user,
            htmlspecialchars($description, ENT_XML1),
            $this->time
        );
        @mkdir($this->paths->backups(), 0755, true);
        file_put_contents($this->paths->config(), $text);
        file_put_contents(sprintf('%s/config-%d.25.xml', $this->paths->backups(), $this->time), $text);
    }
}
