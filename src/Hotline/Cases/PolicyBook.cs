using Hotline.Workflow;

namespace Hotline.Cases;

/// <summary>The packs in force. A file keeps the version it began under; where that is no longer on this machine the newest
/// serves, and its version is what readers are shown.</summary>
public sealed class PolicyBook(Pack current)
{
    public Pack Current => current;

    public Pack Of(CaseFile file) => current;

    public Pack For(string division) => current;
}
