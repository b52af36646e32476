using System.Collections.Concurrent;
using Hotline.Workflow;

namespace Hotline.Cases;

/// <summary>The packs in force. A file keeps the version it began under; where that can no longer be read the newest serves.</summary>
public sealed class PolicyBook(Pack current)
{
    private readonly ConcurrentDictionary<string, Pack> earlier = new();

    public Pack Current => current;

    public Pack Of(CaseFile file) => At(file.PackVersion, file.Division);

    /// <summary>The pack of that version as it holds in a division.</summary>
    public Pack At(string version, string division) => At(version == current.Version ? current : earlier.GetValueOrDefault(version, current), division);

    /// <summary>The newest pack as it holds in a division.</summary>
    public Pack For(string division) => At(current, division);

    public void Keep(Pack pack) => earlier[pack.Version] = pack;

    private readonly ConcurrentDictionary<(string Version, string Division), Pack> overlaid = new();

    private Pack At(Pack pack, string division) =>
        pack.Overlays.IsEmpty || division.Length == 0 ? pack : overlaid.GetOrAdd((pack.Version, division), _ => pack.For(division));
}
