<?php

/**
 * Plays configd: reads the action tables of the checkout and runs their commands as processes. What needs Python or
 * FreeBSD's kernel is answered from here.
 */

const SOCKET = '/var/run/configd.socket';
const ANSWERED = [
    'interface list arp' => '[{"mac":"10:66:6a:00:00:99","ip":"10.10.1.99","intf":"em2","expired":false,"expires":900,'
        . '"permanent":false,"type":"ethernet","manufacturer":"","hostname":"","intf_description":"SERVERS"}]',
    'dhcpd list leases' => '[]',
    'template reload' => 'OK',
    'filter refresh_aliases' => '{"status": "ok"}',
];

pcntl_async_signals(true);
pcntl_signal(SIGCHLD, SIG_IGN);
@unlink(SOCKET);
$server = stream_socket_server('unix://' . SOCKET);
chmod(SOCKET, 0666);
$prelude = in_array('--no-flush', $argv, true) ? ' &' : ' &!';
while (true) {
    $client = @stream_socket_accept($server, 600);
    if ($client === false) {
        continue;
    }
    if (pcntl_fork() === 0) {
        pcntl_signal(SIGCHLD, SIG_DFL);
        answer($client, (string)fread($client, 65536), $prelude);
        exit(0);
    }
    fclose($client);
}

function answer($client, string $event, string $prelude): void
{
    file_put_contents('/tmp/configd.log', $event . "\n", FILE_APPEND);
    $isDetached = str_contains(substr($event, 0, strspn($event, ' &!')), '&');
    if ($isDetached) {
        fwrite($client, "0\n" . str_repeat("\0", 3));
        fclose($client);
    }
    $words = str_getcsv(ltrim(trim($event), $prelude), ' ', "'", '');
    $text = run($words);
    if (!$isDetached) {
        fwrite($client, $text . "\n\n" . str_repeat("\0", 3));
    }
}

function run(array $words): string
{
    foreach (ANSWERED as $start => $text) {
        if (str_starts_with(implode(' ', $words), $start)) {
            return $text;
        }
    }
    $actions = actions($words[0]);
    for ($used = count($words) - 1; $used > 0; $used--) {
        $action = $actions[implode('.', array_slice($words, 1, $used))] ?? null;
        if ($action !== null) {
            return start($action, array_slice($words, $used + 1));
        }
    }
    return "Action not allowed or missing\n";
}

function start(array $action, array $given): string
{
    $parameters = $action['parameters'] ?? '';
    foreach (array_pad(array_slice($given, 0, substr_count($parameters, '%s')), substr_count($parameters, '%s'), '') as $one) {
        $parameters = preg_replace('/%s/', addcslashes(escapeshellarg($one), '\\$'), $parameters, 1);
    }
    $command = ltrim($action['command']) . ' ' . str_replace("''", '', $parameters);
    exec($command . ' 2>>/tmp/scripts.log < /dev/null', $lines, $code);
    if ($action['type'] === 'script') {
        return $code === 0 ? 'OK' : "Error ($code)";
    }
    return $code === 0 ? implode("\n", $lines) : 'Execute error';
}

function actions(string $file): array
{
    $actions = [];
    $section = '';
    foreach (@file("/usr/local/opnsense/service/conf/actions.d/actions_$file.conf") ?: [] as $line) {
        if (preg_match('/^\[(.+)\]\s*$/', $line, $found)) {
            $section = $found[1];
        } elseif (preg_match('/^(\w+)\s*:(.*)$/', $line, $found)) {
            $actions[$section][$found[1]] = trim($found[2]);
        }
    }
    return $actions;
}
