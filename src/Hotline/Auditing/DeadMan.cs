using Hotline.Hosting;

namespace Hotline.Auditing;

/// <summary>Tells a watcher outside (<c>Hotline:DeadManUrl</c>) that all is well. It sounds the alarm when it has heard nothing for
/// some minutes: the one alarm that also works when this machine, its network or its clock does not.</summary>
public sealed class DeadMan(HttpClient http, HotlineOptions options, TimeProvider time, ILogger<DeadMan> log)
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    public bool IsConfigured => options.DeadManUrl is not null;

    /// <summary>When it last answered that it has heard us.</summary>
    public DateTimeOffset? HeardAt { get; private set; }

    private bool failing;

    public async Task Ping(CancellationToken cancel)
    {
        if (options.DeadManUrl is not { } url) return;
        try
        {
            using var answer = await http.GetAsync(url, cancel);
            answer.EnsureSuccessStatusCode();
            (HeardAt, failing) = (time.GetUtcNow(), false);
        }
        catch (Exception wrong) when (wrong is HttpRequestException or TaskCanceledException && !cancel.IsCancellationRequested)
        {
            // The address may hold a secret of the watcher's: what went wrong is said without it.
            if (!failing) log.OutsideUnreachable(wrong is HttpRequestException { StatusCode: { } status } ? $"it answered {(int)status}" : wrong.GetType().Name);
            failing = true;
        }
    }
}
