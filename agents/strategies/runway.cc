#include "agents/strategies/runway.h"

#include <algorithm>

namespace tranche {
namespace {

double DueIn(const v1::LabView& lab, int32_t quarter) {
  double due = 0;
  for (const v1::PaymentDue& payment : lab.commitments()) {
    if (payment.quarter() == quarter) due += static_cast<double>(payment.amount_cents());
  }
  return due;
}

double Revenue(const v1::AgentView& own) {
  double revenue = 0;
  for (const v1::SegmentResult& segment : own.lab().segments()) {
    revenue += static_cast<double>(segment.revenue_cents());
  }
  return std::max(revenue, static_cast<double>(own.books().revenue_cents()));
}

// Cash burnt a quarter apart from what contracts commit to and before growth. Before the first
// quarter has closed there is no cash flow statement: pay, contracts and revenue stand in for it.
double BurnBesidesCommitments(const v1::AgentView& own, int32_t quarter) {
  const v1::Books& books = own.books();
  if (books.operating_cash_flow_cents() != 0) {
    return -static_cast<double>(books.operating_cash_flow_cents()) - DueIn(own.lab(), quarter);
  }
  const double pay = static_cast<double>(own.lab().researchers()) *
                     static_cast<double>(own.lab().cash_pay_cents_per_year()) / 4;
  return pay + static_cast<double>(books.operating_expense_cents()) - Revenue(own);
}

}  // namespace

Runway PlanRunway(const v1::AgentView& own, int32_t quarter, int horizon, double revenue_growth) {
  Runway runway;
  runway.cash_cents = static_cast<double>(own.books().cash_cents()) +
                      static_cast<double>(own.books().group_treasury_cents());
  const double besides = BurnBesidesCommitments(own, quarter);
  const double revenue = Revenue(own);
  double cash = runway.cash_cents;
  double grown = 0;
  runway.quarters = kEndlessQuarters;
  const int last = std::max(horizon, 16);
  for (int ahead = 0; ahead < last; ++ahead) {
    const double burn = besides + DueIn(own.lab(), quarter + ahead) - grown;
    if (ahead == 0) runway.burn_cents = burn;
    if (burn > cash && runway.quarters == kEndlessQuarters) {
      runway.quarters = ahead + std::max(cash, 0.0) / burn;
    }
    cash -= burn;
    if (ahead == horizon - 1) runway.shortfall_cents = std::max(-cash, 0.0);
    grown += (revenue + grown) * revenue_growth;
  }
  return runway;
}

double PendingCapital(const v1::AgentView& own) {
  double pending = 0;
  for (const v1::DealView& deal : own.deals()) {
    if (deal.lab() != own.agent() || deal.has_merger()) continue;
    if (deal.state() != v1::DealDisclosure::STATE_SIGNED &&
        deal.state() != v1::DealDisclosure::STATE_UNDER_REVIEW) {
      continue;
    }
    pending += std::max(0.0, static_cast<double>(deal.terms().amount_cents()) -
                                 static_cast<double>(deal.drawn_cents()));
  }
  return pending;
}

}  // namespace tranche
