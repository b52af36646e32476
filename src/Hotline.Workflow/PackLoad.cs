using System.Collections.Immutable;

namespace Hotline.Workflow;

/// <summary>What is wrong with a policy file, where exactly, and how to mend it.</summary>
public sealed record PackError(string File, int Line, int Column, Text Message, Text HowToMend)
{
    /// <summary>One line a compiler would write: file:line:column: what (how to mend).</summary>
    public override string ToString() => $"{File}:{Line}:{Column}: {Message.En} -> {HowToMend.En} | {Message.Zh} → {HowToMend.Zh}";
}

/// <summary>A directory was read: a pack, or every error found in it (never both).</summary>
public sealed record PackLoad(Pack? Pack, ImmutableArray<PackError> Errors)
{
    public bool Ok => Pack is not null;
}
