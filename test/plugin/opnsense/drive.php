<?php

/**
 * Calls each action of the plugin on a checkout of OPNsense, inside the root that enter.sh made, and prints one line of
 * JSON for each: what was tried and what came. argv: port, file with what to try, configd's options.
 */

[, $port, $task] = $argv;
$task = json_decode((string)file_get_contents($task), true);
$base = "http://127.0.0.1:$port";
$children = [];
register_shutdown_function(function () use (&$children): void {
    array_map(fn ($child) => proc_terminate($child, 9), $children);
});

$silent = [['file', '/dev/null', 'r'], ['file', '/tmp/php.log', 'a'], ['file', '/tmp/php.log', 'a']];
$children[] = proc_open(['/usr/bin/php', '/slash32/configd.php', ...array_slice($argv, 3)], $silent, $pipes);
putenv('PHP_CLI_SERVER_WORKERS=3');
$children[] = proc_open(['/usr/bin/php', '-S', "127.0.0.1:$port", '/slash32/router.php'], $silent, $pipes);
for ($tries = 0; $tries < 200 && !@fsockopen('127.0.0.1', (int)$port); $tries++) {
    usleep(50000);
}

/** One request on a connection of its own, read as it comes: PHP's own client drops the text of some errors. */
function call(string $base, ?array $user, string $method, string $path, mixed $body = null): array
{
    $text = is_string($body) ? $body : json_encode($body);
    $head = "$method $path HTTP/1.0\r\nHost: localhost\r\n";
    $head .= $user === null ? '' : 'Authorization: Basic ' . base64_encode($user['key'] . ':' . $user['secret']) . "\r\n";
    if ($body !== null) {
        $head .= "Content-Type: application/json\r\nContent-Length: " . strlen($text) . "\r\n";
    }
    $socket = stream_socket_client('tcp://' . substr($base, strlen('http://')), $number, $message, 10);
    stream_set_timeout($socket, 900);
    fwrite($socket, "$head\r\n" . ($body === null ? '' : $text));
    $raw = (string)stream_get_contents($socket);
    fclose($socket);
    [$first, $answer] = explode("\r\n\r\n", $raw, 2) + ['', ''];
    $status = preg_match('~^HTTP/\S+ (\d+)~', $first, $found) ? (int)$found[1] : 0;
    return ['status' => $status, 'text' => $answer, 'body' => json_decode($answer, true)];
}

function said(string $what, bool $isRight, array $reply): void
{
    $seen = $reply['status'] . ' ' . substr($reply['text'], 0, 400);
    echo json_encode(['what' => $what, 'right' => $isRight, 'seen' => $isRight ? '' : $seen]), "\n";
}

$users = $task['users'];
$full = $users['full'];
$result = fn (array $reply) => $reply['status'] === 200 ? $reply['body']['result'] ?? '' : '';
$revision = fn () => hash('sha256', (string)file_get_contents('/conf/config.xml'));
$apply = function (array $body, ?array $user = null) use ($base, $full, $revision): array {
    return call($base, $user ?? $full, 'POST', '/api/slash32/state/apply', $body + ['base_revision' => $revision()]);
};
$settled = fn (string $verb, string $token, ?array $user = null) =>
    call($base, $user ?? $full, 'POST', "/api/slash32/state/$verb", ['owner' => 'home', 'token' => $token]);

foreach ($task['classes'] as $class => $methods) {
    // asked in a process of its own: a class that cannot be loaded must not end this one
    $code = 'require "script/load_phalcon.php"; foreach (json_decode($argv[2], true) as $m => $n) {'
        . ' if (!method_exists($argv[1], $m)) { echo " $m"; continue; }'
        . ' if ((new ReflectionMethod($argv[1], $m))->getNumberOfParameters() < $n) { echo " $m($n)"; } }';
    $process = proc_open(['/usr/bin/php', '-r', $code, $class, json_encode($methods)], [1 => ['pipe', 'w'], 2 => ['redirect', 1]], $pipes);
    $missing = trim((string)stream_get_contents($pipes[1]));
    said("$class has what the plugin calls", $missing === '', ['status' => 0, 'text' => $missing]);
    proc_close($process);
}

$reply = call($base, null, 'GET', '/api/slash32/state/get');
said('a call without a key is sent to the login page', $reply['status'] === 302, $reply);
$reply = call($base, ['key' => $full['key'], 'secret' => 'wrong'], 'GET', '/api/slash32/state/get');
said('a wrong secret is refused', $reply['status'] === 401, $reply);
$reply = call($base, $users['none'], 'GET', '/api/slash32/state/get');
said('a key without the privilege is refused', $reply['status'] === 403, $reply);

$reply = call($base, $full, 'GET', '/api/slash32/settings/get');
said('settings/get answers', isset($reply['body']['slash32']['general']), $reply);
$set = fn (array $general, array $user) =>
    call($base, $user, 'POST', '/api/slash32/settings/set', ['slash32' => ['general' => $general]]);
$page = $users['page'];
$reply = $set($task['settings'], $full);
said('settings/set refuses the key of a service', $reply['status'] === 500 && str_contains($reply['text'], 'may not change'), $reply);
$reply = call($base, $page, 'POST', '/api/slash32/state/apply', ['owner' => 'home']);
said('the privilege of the page does not open state/apply', $reply['status'] === 403, $reply);
$wrong = [
    'publishes' => ['wan', 'wan tcp/https', 'nowhere tcp/443', "wan tcp/443\nwan tcp/70000"],
    'owner_users' => ['home', 'home nobody-there', "home full\nhome second"],
];
foreach ($wrong as $name => $texts) {
    foreach ($texts as $text) {
        $reply = $set([$name => $text], $page);
        $isSaid = is_string($reply['body']['validations']["slash32.general.$name"] ?? null);
        said("settings/set says what is wrong with $name = " . json_encode($text), $result($reply) === 'failed' && $isSaid, $reply);
    }
}
$reply = $set(['publishes' => '', 'owner_users' => ''] + $task['settings'], $page);
said('settings/set saves', $result($reply) === 'saved', $reply);
foreach ($task['applies'] as ['body' => $body]) {
    foreach (isset($body['redirects']) ? [['dry_run' => true] + $body] : [] as $dry) {
        $reply = $apply($dry);
        $isRefused = $result($reply) === 'refused' && $reply['body']['code'] === 'scope' && str_contains($reply['text'], 'opt1 tcp');
        said('a redirect is refused while none may stand', $isRefused, $reply);
    }
}
$reply = $set($task['settings'], $page);
said('settings/set saves where redirects may stand', $result($reply) === 'saved', $reply);
$forged = ['owner' => ['x' => ['name' => 'home', 'fingerprint' => str_repeat('0', 64), 'host' => '', 'seen' => '1']]];
$reply = call($base, $page, 'POST', '/api/slash32/settings/set', ['slash32' => ['owners' => $forged]]);
said('settings/set takes no owners', $result($reply) === 'failed', $reply);
$reply = call($base, $full, 'GET', '/api/slash32/state/get');
said('no owner comes of it', ($reply['body']['owners'] ?? null) === [] && $reply['body']['bindings'] === [], $reply);
$isListed = ($reply['body']['scope']['publishes'] ?? null) === explode("\n", $task['settings']['publishes']);
said('state/get shows where redirects may stand', $isListed, $reply);
$reply = call($base, $users['readonly'], 'POST', '/api/slash32/settings/set', ['slash32' => ['general' => $task['settings']]]);
said('settings/set refuses a read-only user', $reply['status'] === 500, $reply);
$reply = call($base, $full, 'GET', '/api/slash32/state/get');
said('state/get answers', $result($reply) === 'ok', $reply);
$isScoped = ($reply['body']['scope']['interfaces'] ?? []) === explode(',', $task['settings']['interfaces']);
said('state/get shows the interfaces of the settings', $isScoped, $reply);
said('state/get shows devices and their addresses', str_contains($reply['text'], '"device":"em2"'), $reply);
said('state/get shows the ARP table', str_contains($reply['text'], '10.10.1.99'), $reply);
$reply = call($base, $users['readonly'], 'GET', '/api/slash32/state/get');
said('state/get answers a read-only user', $result($reply) === 'ok', $reply);
$reply = call($base, $full, 'GET', '/api/slash32/state/apply');
said('state/apply does nothing on GET', $result($reply) === 'failed', $reply);
foreach (['apply', 'confirm', 'rollback'] as $verb) {
    $reply = call($base, $users['readonly'], 'POST', "/api/slash32/state/$verb", ['token' => str_repeat('0', 64)]);
    $isRefused = $reply['status'] === 500 && str_contains($reply['text'], 'user-config-readonly');
    said("state/$verb refuses a read-only user", $isRefused, $reply);
}

foreach ($task['applies'] as ['name' => $name, 'body' => $body, 'ends' => $ends, 'holds' => $holds]) {
    $before = (string)file_get_contents('/conf/config.xml');
    $reply = $apply(['dry_run' => true] + $body);
    said("$name: state/apply tries it dry", $result($reply) === 'checked' && file_get_contents('/conf/config.xml') === $before, $reply);
    $reply = $apply($body);
    said("$name: state/apply writes", $result($reply) === 'applied' && isset($reply['body']['confirm']), $reply);
    $after = (string)file_get_contents('/conf/config.xml');
    foreach ($holds as $file => $texts) {
        $text = (string)@file_get_contents($file);
        foreach ($texts as $one) {
            said("$name: $file holds $one", str_contains($text, $one), ['status' => 0, 'text' => substr($text, -300)]);
        }
    }
    $state = call($base, $full, 'GET', '/api/slash32/state/get');
    said("$name: the owner is bound to the user of the key", $state['body']['bindings'] === [['owner' => 'home', 'user' => 'full']], $state);
    foreach (['confirm', 'rollback'] as $verb) {
        $reply = $settled($verb, $body['token'], $users['second']);
        said("$name: state/$verb refuses the key of another user", ($reply['body']['code'] ?? '') === 'user', $reply);
    }
    $reply = $apply(['token' => str_repeat('f', 64)] + $body);
    said("$name: a second apply is made to wait", $result($reply) === 'pending', $reply);
    $status = call($base, $full, 'GET', '/api/slash32/status/summary');
    said("$name: status/summary shows that it waits", count($status['body']['pending'] ?? []) === 1, $status);
    $rows = $status['body']['pending'][0]['changes'] ?? [];
    $isTold = $rows !== [] && array_filter($rows, fn (array $row) => $row['before'] === $row['after']) === [];
    said("$name: status/summary says what it changes", $isTold, $status);
    if (str_starts_with($ends, 'gui_')) {
        $verb = substr($ends, 4);
        $id = ['id' => $status['body']['pending'][0]['id'] ?? ''];
        $reply = call($base, $users['readonly'], 'POST', "/api/slash32/status/$verb", $id);
        said("$name: status/$verb refuses a read-only user", $reply['status'] === 500, $reply);
        $reply = call($base, $full, 'POST', "/api/slash32/status/$verb", $id);
    } else {
        $reply = $settled($ends, $body['token']);
    }
    said("$name: $ends ends it", $result($reply) === (str_ends_with($ends, 'rollback') ? 'rolled_back' : 'confirmed'), $reply);
    $now = (string)file_get_contents('/conf/config.xml');
    $plain = fn (string $text) => preg_replace(['~<revision>.*?</revision>\s*~s', '~ persisted_at="[^"]*"~', '~<owners>.*?</owners>|<owners/>~s', '~<owner_users>.*?</owner_users>|<owner_users/>~s', '~\s+~'], '', $text);
    $expected = str_ends_with($ends, 'rollback') ? $before : $after;
    said("$name: config.xml is what it should be then", $plain($now) === $plain($expected), ['status' => 0, 'text' => different($plain($expected), $plain($now))]);
}

$reply = call($base, $full, 'POST', '/api/slash32/status/search_reservation', ['current' => '1', 'rowCount' => '10']);
said('status/searchReservation answers rows', ($reply['body']['total'] ?? 0) > 0, $reply);
$reply = call($base, $full, 'POST', '/api/slash32/status/search_apply', ['current' => '1', 'rowCount' => '10']);
said('status/searchApply answers rows', ($reply['body']['total'] ?? 0) > 0, $reply);

$reply = $apply(['take_over' => true, 'token' => str_repeat('e', 64)] + $task['applies'][0]['body'], $users['second']);
said('state/apply refuses the key of another user, also with take-over', ($reply['body']['code'] ?? '') === 'user', $reply);
$reply = $set(['owner_users' => 'home second'], $page);
said('settings/set binds the owner to another user', $result($reply) === 'saved', $reply);
$reply = $apply(['dry_run' => true] + $task['applies'][0]['body']);
said('state/apply refuses the first one then', ($reply['body']['code'] ?? '') === 'user', $reply);

// an upgrade takes over what stands; a new installation takes over nothing
foreach (['1.0.0' => $task['settings']['publishes'], '' => ''] as $version => $expected) {
    $text = (string)file_get_contents('/conf/config.xml');
    $old = '<Slash32 version="' . $version . '"><general><interfaces>opt1</interfaces></general></Slash32>';
    $text = preg_replace('~<Slash32[\s>].*?</Slash32>~s', $version === '' ? '' : $old, $text);
    file_put_contents('/conf/config.xml', $text);
    exec('/usr/bin/php /usr/local/opnsense/mvc/script/run_migrations.php OPNsense/Slash32 2>&1', $said);
    $now = simplexml_load_file('/conf/config.xml')->OPNsense->Slash32;
    $isRight = (string)$now['version'] === '1.1.0' && (string)$now->general->publishes === $expected;
    $what = $version === '' ? 'a new installation lets no redirect stand' : "an upgrade from $version lets the redirects stand that do";
    said($what, $isRight, ['status' => 0, 'text' => implode(' ', $said) . ' ' . $now->asXML()]);
}

foreach ($task['privileges'] ?? [] as ['path' => $path, 'privilege' => $privilege]) {
    $user = ['key' => "key-$privilege", 'secret' => $full['secret']];
    $reply = call($base, $user, 'GET', $path);
    said("$privilege opens $path", !in_array($reply['status'], [401, 403], true), $reply);
}

function different(string $one, string $other): string
{
    $at = strspn($one ^ $other, "\0");
    return substr($one, max(0, $at - 60), 160) . ' | ' . substr($other, max(0, $at - 60), 160);
}
