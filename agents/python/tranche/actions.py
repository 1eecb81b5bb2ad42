"""What an agent may do in a turn: write messages, in order."""

from __future__ import annotations

from collections.abc import Iterable

from tranche.randomness import RandomStream
from tranche.v1 import messages_pb2


class Actions:
    """The moves of one turn, and the turn's randomness.

    Nothing is checked here; the market checks every move and answers one that can't be made with a
    `Rejected` message, which names the rule and says what would have been legal.
    """

    def __init__(self, agent: str, random: RandomStream) -> None:
        self._agent = agent
        self.random = random
        self.messages: list[messages_pb2.Message] = []

    def send(self, recipients: str | Iterable[str], thread: str) -> messages_pb2.Message:
        """A new message to `recipients`, in `thread`; the caller fills the body, as in

        >>> actions.send("anthropic", actions.thread("idea")).note.text = "Let us talk."
        """
        message = self.tell()
        message.recipients.extend([recipients] if isinstance(recipients, str) else recipients)
        message.thread = thread
        return message

    def tell(self) -> messages_pb2.Message:
        """A new message to the market alone, in no thread."""
        message = messages_pb2.Message()
        self.messages.append(message)
        return message

    def reply(self, message: messages_pb2.Message) -> messages_pb2.Message:
        """A new message in reply to `message`, to its sender, in its thread."""
        answer = self.send(message.sender, message.thread)
        answer.in_reply_to = message.id
        return answer

    def accept(self, proposal: messages_pb2.Message, note: str = "") -> None:
        """Accepts a proposal: any message that carries terms."""
        self.reply(proposal).acceptance.note = note

    def refuse(
        self,
        proposal: messages_pb2.Message,
        reason: messages_pb2.Refusal.Reason.ValueType,
        note: str = "",
    ) -> None:
        """Refuses a proposal, for one of `Refusal`'s reasons."""
        refusal = self.reply(proposal).refusal
        refusal.reason = reason
        refusal.note = note

    def thread(self, topic: str) -> str:
        """A thread's name that this agent may open: `<agent>/<topic>`."""
        return f"{self._agent}/{topic}"
