<?php
// The official PHP SDK against a sandbox portal. Each check names itself; the exit code is the number of those that
// failed. php judge.php http://127.0.0.1:PORT USER TOKEN
declare(strict_types=1);

use Bitrix24\SDK\Core\Credentials\ApplicationProfile;
use Bitrix24\SDK\Core\Credentials\AuthToken;
use Bitrix24\SDK\Core\Credentials\Scope;
use Bitrix24\SDK\Core\Exceptions\BaseException;
use Bitrix24\SDK\Core\Exceptions\ItemNotFoundException;
use Bitrix24\SDK\Core\Exceptions\MethodNotFoundException;
use Bitrix24\SDK\Services\ServiceBuilderFactory;
use Psr\Log\NullLogger;
use Symfony\Component\EventDispatcher\EventDispatcher;

require __DIR__ . '/vendor/autoload.php';

[, $origin, $user, $secret] = $argv;
$state = json_decode(file_get_contents("$origin/sandbox/state"), true);
$portal = ServiceBuilderFactory::createServiceBuilderFromWebhook("$origin/rest/$user/$secret/");
$failed = 0;

function check(string $what, bool $holds, mixed $seen): void
{
    global $failed;
    if ($holds) return;
    ++$failed;
    fwrite(STDERR, "FAILED: $what; seen: " . json_encode($seen) . "\n");
}

function thrown(callable $call): string
{
    try {
        $call();
        return 'nothing';
    } catch (Throwable $error) {
        return $error::class;
    }
}

function control(string $path): array
{
    global $origin;
    $http = ['method' => 'POST', 'header' => 'Content-Type: application/json', 'content' => '{}'];
    return json_decode(file_get_contents("$origin/sandbox/$path", false, stream_context_create(['http' => $http])), true);
}

$parts = [
    'tasks' => function () use ($portal, $state): void {
        $ids = [];
        foreach ($portal->getTaskScope()->task()->batch->list(['ID' => 'ASC'], [], ['ID', 'TITLE']) as $task) $ids[] = $task->id;
        check('task()->batch->list() reads every task', count($ids) === $state['tasks'], count($ids));
        check('and each once', count(array_unique($ids)) === count($ids), count($ids));
    },
    'items' => function () use ($portal, $state): void {
        $ids = [];
        foreach ($portal->getCRMScope()->item()->batch->list(2, ['id' => 'ASC'], [], ['id', 'title']) as $deal) $ids[] = $deal->id;
        check('item()->batch->list() reads every deal', count(array_unique($ids)) === $state['deals'], count($ids));
        $named = $portal->getCRMScope()->item()->list(4, ['id' => 'asc'], [], ['id', 'title'])->getItems();
        check('a select of names has the ids', (int)$named[0]->id > 0, count($named));
    },
    'currencies' => function () use ($portal): void {
        $base = $portal->core->call('crm.currency.base.get')->getResponseData()->getResult()[0];
        $all = $portal->getCRMScope()->currency()->list([])->getCurrencies();
        $codes = array_map(fn ($one) => $one->CURRENCY->getCode(), $all);
        check('the base currency is one of the list', in_array($base, $codes, true), [$base, $codes]);
    },
    'people' => function () use ($portal): void {
        $shown = fn (bool $admin) => $portal->getUserScope()->user()->get(['ID' => 'asc'], [], $admin)->getCoreResponse()
            ->getResponseData()->getPagination()->getTotal();
        check('ADMIN_MODE shows more people', $shown(true) > $shown(false), [$shown(true), $shown(false)]);
    },
    'errors' => function () use ($portal, $origin, $user): void {
        $item = fn () => $portal->getCRMScope()->item()->get(2, 999999);
        check('a missing item is one', thrown($item) === ItemNotFoundException::class, thrown($item));
        $method = fn () => $portal->core->call('no.such.method');
        check('a missing method is one', thrown($method) === MethodNotFoundException::class, thrown($method));
        $dead = ServiceBuilderFactory::createServiceBuilderFromWebhook("$origin/rest/$user/wrong/");
        $call = fn () => $dead->core->call('server.time');
        check('a wrong token is refused', is_a(thrown($call), BaseException::class, true), thrown($call));
    },
    'application' => function () use ($origin): void {
        $app = control('app/install');
        $profile = new ApplicationProfile($app['client_id'], $app['client_secret'], new Scope(['crm', 'user']));
        $token = new AuthToken($app['access_token'], $app['refresh_token'], time() + 3600);
        $builder = new ServiceBuilderFactory(new EventDispatcher(), new NullLogger());
        $installed = $builder->init($profile, $token, $origin, $origin);
        // The SDK leaves ports out of a portal's address, so no call goes out; renewals go to another server.
        $new = $installed->core->getApiClient()->getNewAuthToken()->authToken;
        check('a renewal gives a new pair', $new->accessToken !== '' && $new->refreshToken !== $app['refresh_token'], $new->expires);
    },
];
foreach ($parts as $name => $part) {
    try {
        $part();
    } catch (Throwable $error) {
        check("$name runs to its end", false, $error::class . ': ' . $error->getMessage());
    }
}
echo $failed === 0 ? "the PHP SDK found nothing\n" : "$failed checks failed\n";
exit($failed);
