using System.Collections.Concurrent;

namespace Hotline.Store.Sealing;

/// <summary>Durable keys that belong to nobody yet. Each is handed out once, by the process that made it; what is left at
/// the end of the process stays behind as a harmless orphan.</summary>
internal sealed class KeyPool(KeyStore store) : IDisposable
{
    private const int Full = 64, Low = 32;

    private readonly ConcurrentQueue<DataKey> _keys = new();
    private readonly SemaphoreSlim _making = new(1, 1);

    public async Task<DataKey> Take(CancellationToken cancel)
    {
        while (true)
        {
            if (_keys.TryDequeue(out var key))
            {
                if (_keys.Count < Low && _making.CurrentCount > 0) _ = FillQuietly();
                return key;
            }
            await Fill(cancel);
        }
    }

    public async Task Fill(CancellationToken cancel)
    {
        await _making.WaitAsync(cancel);
        try
        {
            if (_keys.Count >= Low) return;
            foreach (var key in await store.Make(Full - _keys.Count, cancel)) _keys.Enqueue(key);
        }
        finally
        {
            _making.Release();
        }
    }

    /// <summary>Ahead of need, so a failure is nobody's yet: whoever finds the pool empty tries again and hears of it.</summary>
    private async Task FillQuietly()
    {
        try
        {
            await Fill(CancellationToken.None);
        }
        catch (Exception e) when (e is System.Data.Common.DbException or TimeoutException or ObjectDisposedException)
        {
        }
    }

    public void Dispose() => _making.Dispose();
}
